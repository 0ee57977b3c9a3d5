import js from "@eslint/js";
import tseslint from "typescript-eslint";

const timeAndChance = [
  { object: "Date", property: "now", message: "Inject a Clock (src/base/clock.ts)." },
  { object: "Math", property: "random", message: "Inject a Random (src/base/random.ts)." },
];

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "coverage/", ".fuzz/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 45, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      "no-restricted-properties": ["error", ...timeAndChance],
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/base/clock.ts", "src/base/random.ts"],
    rules: { "no-restricted-globals": ["error", "setTimeout", "setInterval"] },
  },
  { files: ["src/base/clock.ts", "src/base/random.ts"], rules: { "no-restricted-properties": "off" } },
  { files: ["test/**/*.ts"], rules: { "max-lines-per-function": "off" } },
  {
    files: ["**/*.mjs", "**/*.cjs", "**/*.js"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        module: "writable",
        setTimeout: "readonly",
        AbortController: "readonly",
        performance: "readonly",
      },
    },
  },
);
