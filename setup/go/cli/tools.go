//go:build tools

// Package cli pins the Pulumi CLI: this import keeps its module in go.mod.
package cli

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
