import js from "@eslint/js";
import convex from "@convex-dev/eslint-plugin";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** Only these may import what the rest must reach through them. */
const RAW_BUILDERS = {
  group: ["**/_generated/server"],
  importNames: [
    "query",
    "mutation",
    "action",
    "internalQuery",
    "internalMutation",
    "internalAction",
    "httpAction",
  ],
  message: "Use the builders in convex/functions.ts: they load the caller and the limits.",
};
const SDKS = {
  group: ["openai", "openai/*", "twilio", "resend"],
  message: "SDKs are imported in convex/providers/ only.",
};

export default defineConfig([
  globalIgnores(["**/_generated", "**/dist", "**/node_modules", ".local", "test-results"]),
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ["eslint.config.js", "examples/*.mjs", "web/public/*.js"],
        },
      },
    },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // `async` handlers without `await` keep one shape for all handlers.
      "@typescript-eslint/require-await": "off",
      // Control characters are what the cleaning of texts is about.
      "no-control-regex": "off",
    },
  },
  {
    files: ["convex/**/*.ts"],
    extends: [...convex.configs.recommended],
  },
  {
    files: ["convex/**/*.ts"],
    ignores: ["convex/**/*.test.ts", "convex/test.setup.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [RAW_BUILDERS, SDKS] }] },
  },
  {
    files: ["convex/functions.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [SDKS] }] },
  },
  {
    files: ["convex/providers/**/*.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [RAW_BUILDERS] }] },
  },
  {
    // The one reader of the environment (zod, one command per missing variable), and the file that Convex
    // evaluates at push time, where nothing else can be imported.
    files: ["convex/env.ts", "convex/auth.config.ts"],
    rules: { "@convex-dev/no-process-env": "off" },
  },
  { files: ["eslint.config.js"], extends: [tseslint.configs.disableTypeChecked] },
  {
    files: ["web/public/*.js"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { document: "readonly", localStorage: "readonly" } },
  },
  {
    files: ["examples/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { console: "readonly", crypto: "readonly", process: "readonly" } },
  },
]);
