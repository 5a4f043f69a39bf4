/** The registered functions and the named shapes of `convex/`, read from the modules themselves. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Validator } from "convex/values";
import { declarationsOf, type Declaration } from "./source";
import { jsonOf, type TypeJson } from "./types";

export interface FunctionEntry extends Declaration {
  module: string;
  type: "query" | "mutation" | "action";
  args: TypeJson;
  returns: TypeJson;
}

export interface Shape {
  name: string;
  json: TypeJson;
  doc: string;
  fields: Record<string, string>;
}

export interface Route {
  method: string;
  path: string;
}

interface Registered {
  isQuery?: true;
  isMutation?: true;
  isAction?: true;
  isPublic?: true;
  exportArgs(): string;
  exportReturns(): string;
}

/** Modules whose exported validators have names worth a link, the ones that customers meet first. */
const SHAPE_MODULES = [
  "model/accounts/publicUser",
  "model/conversations/publicConversation",
  "model/conversations/publicMessage",
  "model/agents/agents",
  "model/processes/processes",
  "model/accounts/signIn",
  "model/knowledge/documents",
  "model/knowledge/search",
  "validators/people",
  "validators/base",
  "validators/conversations",
  "validators/messages",
  "validators/agents",
  "validators/processes",
  "validators/knowledge",
  "validators/analytics",
];

async function load(file: string): Promise<Record<string, unknown>> {
  return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
}

function nounModules(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^[a-zA-Z]+\.ts$/.test(name))
    .map((name) => name.slice(0, -".ts".length));
}

export async function registeredFunctions(
  folder: string,
): Promise<{ open: FunctionEntry[]; internal: FunctionEntry[] }> {
  const open: FunctionEntry[] = [];
  const internal: FunctionEntry[] = [];
  for (const module of nounModules(folder)) {
    const file = path.join(folder, `${module}.ts`);
    const declarations = declarationsOf(file);
    if (declarations.length === 0) continue;
    const exports = await load(file);
    for (const declaration of declarations) {
      const value = exports[declaration.name] as Registered | undefined;
      const type = typeOf(value);
      if (value === undefined || type === null) continue;
      (value.isPublic === true ? open : internal).push({
        ...declaration,
        module,
        type,
        args: JSON.parse(value.exportArgs()) as TypeJson,
        returns: JSON.parse(value.exportReturns()) as TypeJson,
      });
    }
  }
  return { open, internal };
}

function typeOf(value: Registered | undefined): FunctionEntry["type"] | null {
  if (value?.isQuery) return "query";
  if (value?.isMutation) return "mutation";
  return value?.isAction ? "action" : null;
}

export async function namedShapes(folder: string): Promise<Shape[]> {
  const shapes: Shape[] = [];
  for (const module of SHAPE_MODULES) {
    const file = path.join(folder, `${module}.ts`);
    const exports = await load(file);
    for (const { name, doc, fields } of declarationsOf(file)) {
      const validator = exports[name];
      if (!/^v[A-Z]/.test(name) || !isValidator(validator)) continue;
      shapes.push({ name: name.slice(1), json: jsonOf(validator), doc, fields });
    }
  }
  return shapes;
}

function isValidator(value: unknown): value is Validator<unknown, "required", string> {
  return typeof value === "object" && value !== null && "isConvexValidator" in value;
}

export async function httpRoutes(folder: string): Promise<Route[]> {
  const { default: router } = (await load(path.join(folder, "http.ts"))) as {
    default: { getRoutes(): [string, string, unknown][] };
  };
  return router.getRoutes().map(([route, method]) => ({ path: route, method }));
}

export type RateLimits = Record<
  string,
  Partial<Record<string, { rate: number; period: number; capacity: number }>>
>;

export async function rateLimits(folder: string): Promise<RateLimits> {
  return (await load(path.join(folder, "model/access/limits.ts"))).LIMITS as RateLimits;
}
