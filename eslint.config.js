const tseslint = require("typescript-eslint");

module.exports = tseslint.config(
  { ignores: ["dist/", "build/", "node_modules/", "coverage/"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { project: "./tsconfig.test.json", tsconfigRootDir: __dirname } },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/only-throw-error": "error",
      "max-lines": ["error", { max: 250, skipBlankLines: false, skipComments: false }],
    },
  },
  { files: ["src/**/*.ts"], rules: { "max-lines-per-function": ["error", { max: 40 }] } },
  // A test may be long where its scenario is; and it reads untyped JSON from the engine.
  { files: ["test/**/*.ts"], rules: { "max-lines": "off" } },
  // What runs before anything is installed or compiled. `tsc -p setup` checks its types.
  {
    files: ["**/*.js"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { project: null } },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
