/** The function reference as Markdown. */
import type { FunctionEntry, RateLimits, Route, Shape } from "./functions";
import { printType, ShapeNames } from "./types";

/** Who may call what a builder makes; the builders are in `convex/functions.ts`. */
const CALLERS: [prefix: string, who: string][] = [
  ["public", "anybody"],
  ["user", "signed in, guests included"],
  ["staff", "technicians and admins"],
  ["admin", "admins"],
];

interface Reference {
  open: FunctionEntry[];
  internal: FunctionEntry[];
  shapes: Shape[];
  routes: Route[];
  limits: RateLimits;
}

const HEADER = `# Functions

Generated from the code by \`npx pnpm reference\`: don't edit.

Every function checks its arguments and its answer against these types. Expected errors are
\`ConvexError\` with \`data = { code, message, … }\`; [errors.md](errors.md) tables the codes. Times
are in milliseconds since the Unix epoch unless a name says otherwise. A row that the caller may not see
answers exactly like one that does not exist: \`not_found\`.`;

export function renderReference({ open, internal, shapes, routes, limits }: Reference): string {
  const names = new ShapeNames();
  for (const { name, json } of shapes) names.add(name, json);
  const modules = [...new Set(open.map(({ module }) => module))].sort();
  const forCli = internal.filter(({ doc }) => doc.startsWith("For the CLI:"));
  const body = [
    HEADER,
    ...modules.flatMap((module) => [
      `## ${module}`,
      ...open.filter((entry) => entry.module === module).map((entry) => renderOpen(entry, names)),
    ]),
    "## From the CLI",
    "Internal functions, for `npx convex run` and the dashboard. No client can call them.",
    ...forCli.map((entry) => renderFunction(entry, `internal ${entry.type}`, names)),
    "## HTTP",
    routes.map(({ method, path }) => `- \`${method} ${path}\``).join("\n"),
    "## Rate limits",
    "Token buckets, consumed in the transaction of the act. The error says when to try again.",
    renderLimits(limits),
    "## Shapes",
  ];
  const used = usedShapes(body.join("\n"), shapes, names);
  return `${[...body, ...used.map((shape) => renderShape(shape, names))].join("\n\n")}\n`;
}

function renderOpen(entry: FunctionEntry, names: ShapeNames): string {
  const who = CALLERS.find(([prefix]) => entry.builder.startsWith(prefix))?.[1];
  if (who === undefined) {
    throw new Error(`${entry.module}.${entry.name}: unknown builder ${entry.builder}`);
  }
  if (entry.doc === "") {
    throw new Error(`${entry.module}.${entry.name} is public and has no docstring`);
  }
  const limit = entry.limit === null ? [] : [`rate limit \`${entry.limit}\``];
  return renderFunction(entry, [entry.type, who, ...limit].join(" · "), names);
}

function renderFunction(entry: FunctionEntry, facts: string, names: ShapeNames): string {
  return [
    `### ${entry.module}.${entry.name}`,
    `${facts}`,
    entry.doc,
    code([signature(entry, names)]),
  ].join("\n\n");
}

function signature({ name, args, returns }: FunctionEntry, names: ShapeNames): string {
  const given = printType(args, names);
  const parameters = given === "{}" ? "" : `args: ${given}`;
  return `function ${name}(${parameters}): ${printType(returns, names)};`;
}

function renderShape({ name, json, doc, fields }: Shape, names: ShapeNames): string {
  const notes = Object.entries(fields).map(([field, note]) => `- \`${field}\`: ${note}`);
  return [
    `### ${name}`,
    ...(doc === "" ? [] : [doc]),
    code([`type ${name} = ${printType(json, names, name)};`]),
    ...(notes.length === 0 ? [] : [notes.join("\n")]),
  ].join("\n\n");
}

const SCOPES = ["user", "ip", "address"];

function renderLimits(limits: RateLimits): string {
  const cell = (bucket: RateLimits[string][string]): string => {
    if (bucket === undefined) return "";
    const { rate, period, capacity } = bucket;
    const burst = capacity === rate ? "" : `, ${capacity} at once`;
    return `${rate} in ${PERIODS[period] ?? `${period} ms`}${burst}`;
  };
  return [
    `| name | ${SCOPES.map((scope) => `per ${scope}`).join(" | ")} |`,
    `| --- |${" --- |".repeat(SCOPES.length)}`,
    ...Object.entries(limits).map(
      ([name, buckets]) =>
        `| \`${name}\` | ${SCOPES.map((scope) => cell(buckets[scope])).join(" | ")} |`,
    ),
  ].join("\n");
}

const PERIODS: Record<number, string> = { 1000: "1 s", 60_000: "1 min", 3_600_000: "1 h" };

const code = (lines: string[]): string => ["```ts", ...lines, "```"].join("\n");

/** The shapes that a text names, and those that they name, by name. */
function usedShapes(text: string, shapes: Shape[], names: ShapeNames): Shape[] {
  const used = new Map<string, Shape>();
  const visit = (types: string): void => {
    for (const shape of shapes) {
      if (used.has(shape.name) || names.of(shape.json) !== shape.name) continue;
      if (!new RegExp(`\\b${shape.name}\\b`).test(types)) continue;
      used.set(shape.name, shape);
      visit(printType(shape.json, names, shape.name));
    }
  };
  for (const [block] of text.matchAll(/```ts\n[\s\S]*?\n```/g)) visit(block);
  return [...used.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
