import js from "@eslint/js";
import convex from "@convex-dev/eslint-plugin";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * What imports can't say: which room may import which is in .dependency-cruiser.mjs. `scripts/fences.test.ts`
 * writes each wrong thing and sees it refused.
 */
const KINDS = ["Query", "Mutation", "Action"];
const BUILDERS_ONLY =
  "Use the builders in convex/functions.ts: they load the caller and the limits.";
const RAW_BUILDERS = {
  group: ["**/_generated/server"],
  importNames: ["httpAction", ...KINDS.flatMap((kind) => [kind.toLowerCase(), `internal${kind}`])],
  message: BUILDERS_ONLY,
};
const GENERIC_BUILDERS = {
  group: ["convex/server"],
  importNamePattern: "(Query|Mutation|Action)Generic$|^(query|mutation|action)Generic$",
  message: BUILDERS_ONLY,
};
const WHOLE_ZOD = {
  regex: "^zod(/v4)?$",
  message:
    "Deployed code takes `zod/mini`: every call evaluates what it imports, and this is 600 KB.",
};
const LATE_IMPORT = {
  selector: "CallExpression[callee.name=/(Query|Mutation)$/] ImportExpression",
  message: "Convex loads modules later in actions only.",
};
const EXTENSION = {
  selector:
    ":matches(ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration)[source.value=/^[.].*[.](tsx?|js)$/]",
  message: "Relative imports are written without an extension.",
};
const UNBOUNDED = {
  selector: "CallExpression[callee.property.name='collect']",
  message: "Every read is bounded: `.take(LIMIT)`, `.paginate` or `.unique()`.",
};
const BUILDER = `/^(public|user|staff|admin|internal)(${KINDS.join("|")})$/`;
const UNDECLARED = [
  ...["args", "returns"].map((field) => ({
    selector: `CallExpression[callee.name=${BUILDER}] > ObjectExpression:not(:has(> Property[key.name='${field}']))`,
    message: `A registered function declares its \`${field}\`, an internal one too.`,
  })),
  {
    selector: `CallExpression[callee.name=${BUILDER}]:not([arguments.0.type='ObjectExpression'])`,
    message: "A registered function is an object with `args`, `returns` and `handler`.",
  },
];
const RAW_CHANGE = {
  selector:
    "CallExpression[callee.property.name=/^(patch|replace)$/][arguments.0.value='conversations']",
  message:
    "Use `changeConversation`; `turn` and `owner` are written by model/conversations/turns.ts alone.",
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
    // What it imports is not installed here.
    "bench/peers/app",
  ]),
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ["eslint.config.js", ".dependency-cruiser.mjs", "web/public/*.js"],
        },
      },
    },
    rules: {
      // One dialect of imports: each module once, and relative ones without an extension.
      "no-restricted-syntax": ["error", EXTENSION],
      "no-duplicate-imports": ["error", { allowSeparateTypeImports: false }],
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
    files: ["{convex,tests}/**/*.ts"],
    extends: [...convex.configs.recommended],
  },
  {
    files: ["convex/**/*.ts"],
    ignores: ["convex/**/*.test.ts"],
    rules: {
      "no-restricted-imports": ["error", { patterns: [RAW_BUILDERS, GENERIC_BUILDERS, WHOLE_ZOD] }],
      "no-restricted-syntax": [
        "error",
        EXTENSION,
        UNBOUNDED,
        ...UNDECLARED,
        RAW_CHANGE,
        LATE_IMPORT,
      ],
      // Logs go through lib/log.ts, which redacts.
      "no-console": "error",
    },
  },
  { files: ["convex/lib/log.ts"], rules: { "no-console": "off" } },
  {
    files: ["convex/functions.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [GENERIC_BUILDERS, WHOLE_ZOD] }] },
  },
  {
    files: ["convex/model/conversations/{turns,changes}.ts", "convex/migrations/m*.ts"],
    rules: { "no-restricted-syntax": ["error", EXTENSION, UNBOUNDED, ...UNDECLARED] },
  },
  {
    // Vite loads its configuration as Node does: with extensions.
    files: [
      "{web/vite,vitest}.config.ts",
      "web/security.ts",
      "{web/pages/readme,examples/widget}/vite.config.ts",
    ],
    rules: { "no-restricted-syntax": "off" },
  },
  {
    // The one reader of the environment (one command per missing variable), and the file that Convex
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
  {
    files: ["eslint.config.js", ".dependency-cruiser.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ["web/public/*.js"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: { document: "readonly", localStorage: "readonly", location: "readonly" },
    },
  },
  {
    files: ["examples/*.mjs"],
    languageOptions: {
      globals: {
        console: "readonly",
        crypto: "readonly",
        fetch: "readonly",
        process: "readonly",
        TextDecoderStream: "readonly",
        URL: "readonly",
      },
    },
  },
]);
