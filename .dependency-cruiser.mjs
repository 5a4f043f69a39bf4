/**
 * Which room may import which (ARCHITECTURE.md draws it). Types count as imports: a type that points upwards is
 * as much of a knot as a call. What imports can't say is in eslint.config.js; `scripts/fences.test.ts` writes
 * each wrong thing and sees it refused.
 */

/** `convex/model` from the ground up: a lower floor never imports a higher one, nor a folder its neighbour. */
const FLOORS = [
  ["access", "knowledge"],
  ["hours", "agents"],
  ["analytics"],
  ["conversations"],
  ["accounts"],
  ["outbox"],
  ["handoff"],
  ["promises"],
  ["replies", "desk"],
  ["sms", "privacy", "recall"],
  ["processes"],
];

const model = (rooms) => `^convex/model/(${rooms.join("|")})/`;
const TEST = "[.]test[.]tsx?$|[.]cases[.]ts$";
/** Files of `convex/` whose exports are registered functions; the others are its plumbing. */
const REGISTERED = "^convex/(?!(functions|env|schema|validators)[.]ts$)[a-zA-Z.]+[.]ts$";

const refuse = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

const floors = FLOORS.flatMap((rooms, floor) =>
  rooms.map((room) =>
    refuse(
      `floor-${floor + 1}-${room}`,
      `convex/model/${room} is on floor ${floor + 1}: it may import the floors below and itself.`,
      { path: model([room]) },
      { path: model(FLOORS.slice(floor).flat()), pathNot: model([room]) },
    ),
  ),
);

export default {
  forbidden: [
    ...floors,
    refuse(
      "floor-of-its-own",
      "Every file of convex/model is in a folder, and the folder on a floor of this list.",
      { path: "^convex/model/", pathNot: model(FLOORS.flat()) },
      {},
    ),
    refuse(
      "lib-knows-no-table",
      "convex/lib is below everything: no model, no function, no provider.",
      { path: "^convex/lib/" },
      { path: `^convex/(model|providers|http|seed|migrations)/|^convex/functions[.]ts$` },
    ),
    refuse(
      "providers-know-no-model",
      "A provider translates an SDK's words; what they mean for the shop is the model's.",
      { path: "^convex/providers/" },
      { path: "^convex/(model|http|seed|migrations)/" },
    ),
    refuse(
      "sdk-in-providers-only",
      "SDKs are imported in convex/providers only, statically or not.",
      { path: "^convex/", pathNot: "^convex/providers/" },
      { path: "node_modules/(openai|twilio|resend)/" },
    ),
    refuse(
      "model-below-functions",
      "The model is called by registered functions, through `internal` alone the other way round.",
      { path: "^convex/(model|lib|providers|http|seed|validators)/" },
      { path: REGISTERED },
    ),
    refuse(
      "deployed-alone",
      "What deploys needs nothing of tests, tools, stand-ins or the local deployment.",
      { path: "^convex/", pathNot: TEST },
      {
        path: "^(tests|packages|local|bench|scripts|examples|web|client)/|node_modules/(vitest|convex-test|fast-check)/",
      },
    ),
    refuse(
      "tests-outside-what-ships",
      "A test helper is in tests/; only a test may import a test.",
      { path: "^(convex|web/src|local|bench|scripts|packages)/", pathNot: `${TEST}|fixture` },
      { path: "^tests/|[.]test[.]tsx?$" },
    ),
    refuse(
      "packages-know-no-app",
      "The two packages would serve any Convex app.",
      { path: "^packages/" },
      { path: "^(convex|web|client|tests|local|bench|scripts|examples)/" },
    ),
    refuse(
      "packages-have-a-face",
      "A package is imported by its name, through what its package.json exports.",
      { path: "^(?!packages/)" },
      {
        path: "^packages/(?!([^/]+/(index|testing)[.]ts|[^/]+/vitest([.]setup)?[.]ts|convex-local/fixtures/forgeries[.]ts)$)",
      },
    ),
    refuse(
      "packages-apart",
      "The local deployment knows no provider, and the stand-ins no deployment.",
      { path: "^packages/([^/]+)/" },
      { path: "^packages/", pathNot: "^packages/$1/" },
    ),
    refuse(
      "web-through-the-api",
      "The client sees the backend through client/ only.",
      { path: "^web/src/" },
      { path: "^convex/" },
    ),
    refuse(
      "ui-below-pages",
      "web/src/ui is what pages share.",
      { path: "^web/src/ui/" },
      { path: "^web/src/(account|chat|desk|insights|shop|signin|thread)/" },
    ),
    refuse("no-circle", "Of types too.", {}, { circular: true }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    exclude: { path: "_generated/|^(dist|web/dist|web/lib|examples/widget/dist)/" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@computer-guys/source", "import", "types", "default"],
    },
  },
};
