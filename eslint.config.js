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
const APPLICATION = {
  regex: "^\\.\\./(?!api$|auth$|auth/)|\\.css$|^(wouter|lucide-react|react-markdown|react-dom)",
  message: "The library parts of web/ may import `../api`, `../auth`, `convex` and `react` only.",
};
const API = {
  group: ["../api"],
  message: "Sign-in takes the backend's functions as an argument.",
};

export default defineConfig([
  globalIgnores([
    "**/_generated",
    "**/dist",
    "web/lib",
    "**/node_modules",
    ".local",
    "test-results",
  ]),
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js", "web/public/*.js"] },
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
    ignores: ["convex/**/*.test.ts", "tests/setup.ts"],
    rules: {
      "no-restricted-imports": ["error", { patterns: [RAW_BUILDERS, SDKS] }],
      // Logs go through lib/log.ts, which redacts.
      "no-console": "error",
    },
  },
  { files: ["convex/lib/log.ts"], rules: { "no-console": "off" } },
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
  {
    // Published to other packages: nothing of this application, its look or its build may get in.
    files: ["web/src/auth/**", "web/src/conversation/**"],
    ignores: ["**/*.test.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [APPLICATION] }] },
  },
  {
    // Works with any deployment's `api.auth`.
    files: ["web/src/auth/**"],
    rules: { "no-restricted-imports": ["error", { patterns: [APPLICATION, API] }] },
  },
  {
    // Claims about types: values that only their types are asked of, and `any` to tell it from the rest.
    files: ["client/consumer/*.tsx"],
    rules: {
      "@typescript-eslint/no-unused-vars": "off",
      "@typescript-eslint/no-explicit-any": "off",
    },
  },
  { files: ["eslint.config.js"], extends: [tseslint.configs.disableTypeChecked] },
  {
    files: ["web/public/*.js"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { document: "readonly", localStorage: "readonly" } },
  },
  {
    files: ["examples/*.mjs"],
    languageOptions: { globals: { console: "readonly", crypto: "readonly", process: "readonly" } },
  },
]);
