//go:build tools

// Package languagehost pins Pulumi's Node.js language host: this import keeps its module in go.mod.
package languagehost

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
