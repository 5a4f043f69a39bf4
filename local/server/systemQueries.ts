/** The built-in queries that the Convex CLI asks for: variables, functions, tables. */
import { convexToJson, type Value } from "convex/values";
import type { Engine } from "../engine/engine.ts";
import type { DeploymentEnvironment } from "./environment.ts";
import type { AppVersion } from "./push/push.ts";
import type { Snapshots } from "./snapshot/snapshotApi.ts";

export interface SystemQueryHost {
  engine: Engine;
  env: DeploymentEnvironment;
  current(): AppVersion | undefined;
  snapshots: Snapshots;
  url(): string;
}

type Args = Record<string, unknown>;

export function systemQuery(
  host: SystemQueryHost,
  rawPath: string,
  args: Args,
  component: string,
): unknown {
  const path = rawPath.replace(/\.js(?=:|$)/, "").replace(/:default$/, "");
  const snapshot = host.snapshots.query(path, args);
  if (snapshot !== undefined) return snapshot;
  switch (path) {
    case "_system/cli/queryEnvironmentVariables":
      return host.env.list().map(documentOf);
    case "_system/cli/queryEnvironmentVariables:get": {
      const found = host.env.list().find(({ name }) => name === args.name);
      return found === undefined ? null : documentOf(found);
    }
    case "_system/cli/modules:apiSpec":
      return apiSpec(host.current());
    case "_system/cli/convexUrl:cloudUrl":
      return host.url();
    case "_system/cli/convexUrl:siteUrl":
      return host.env.get("CONVEX_SITE_URL") ?? null;
    case "_system/cli/tables": {
      const names = host.engine.database(component)?.tableNames() ?? [];
      const shown = names.filter((name) => !name.startsWith("_"));
      return singlePage(shown.map((name) => ({ name })));
    }
    case "_system/cli/tableData":
      return tableData(host.engine, args, component);
    case "_system/cli/tableSize":
      return host.engine.database(component)?.count(String(args.tableName)) ?? 0;
    case "_system/frontend/components:list":
      return host.engine
        .componentPaths()
        .filter((name) => name !== "")
        .map((name) => ({ id: name, name, path: name, args: {}, state: "active" }));
    default:
      throw new Error(`The local deployment does not have ${path}`);
  }
}

function documentOf({ name, value }: { name: string; value: string }): unknown {
  return { _id: name, _creationTime: 0, name, value };
}

function singlePage(page: unknown[]): unknown {
  return { page, isDone: true, continueCursor: "" };
}

function tableData(engine: Engine, args: Args, component: string): unknown {
  const database = engine.database(component);
  const options = args.paginationOpts as { cursor: string | null; numItems: number };
  const start = options.cursor === null ? 0 : Number(options.cursor);
  const documents = [...(database?.documents(String(args.table)) ?? [])];
  if (args.order !== "asc") documents.reverse();
  const page = documents.slice(start, start + options.numItems);
  return {
    page: page.map((document) => convexToJson(document as Value)),
    isDone: start + page.length >= documents.length,
    continueCursor: String(start + page.length),
  };
}

function apiSpec(version: AppVersion | undefined): unknown[] {
  const functions = version?.analysis[""]?.functions ?? {};
  return Object.entries(functions).flatMap(([path, module]) => [
    ...module.functions.map((fn) => ({
      identifier: `${path}:${fn.name}`,
      functionType: fn.udfType,
      visibility: fn.visibility,
      args: JSON.parse(fn.args ?? '{"type":"any"}') as unknown,
      returns: (JSON.parse(fn.returns ?? "null") as unknown) ?? { type: "any" },
    })),
    ...(module.httpRoutes ?? []).map((route) => ({ functionType: "HttpAction", ...route })),
  ]);
}
