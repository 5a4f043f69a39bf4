/** The built-in queries that the Convex CLI asks for: variables, functions, tables, components. */
import { convexToJson, jsonToConvex, type Value } from "convex/values";
import type { IndexedDatabase } from "../engine/database";
import type { Engine } from "../engine/engine";
import type { Document } from "../engine/internals";
import type { DeploymentEnvironment } from "./environment";
import type { CheckedComponent } from "./push/types";
import type { AppVersion } from "./push/version";
import type { AddQuery, StateModification } from "./syncProtocol";
import type { Snapshots } from "./snapshot/snapshotApi";

interface SystemQueryHost {
  engine: Engine;
  env: DeploymentEnvironment;
  current(): AppVersion | undefined;
  snapshots: Snapshots;
  url(): string;
}

type Args = Record<string, unknown>;

export function runSystemQuery(
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
      return host.env
        .list()
        .map(({ name, value }) => ({ _id: name, _creationTime: 0, name, value }));
    case "_system/cli/queryEnvironmentVariables:get": {
      const name = String(args.name);
      const value = host.env.get(name);
      return value === undefined ? null : { name, value };
    }
    case "_system/cli/modules:apiSpec":
      return apiSpec(host.current(), component);
    case "_system/cli/convexUrl:cloudUrl":
      return host.url();
    case "_system/cli/convexUrl:siteUrl":
      return host.env.get("CONVEX_SITE_URL") ?? null;
    case "_system/cli/tables": {
      const shown = databaseOf(host, component)
        .tableNames()
        .filter((name) => !name.startsWith("_"));
      return { page: shown.map((name) => ({ name })), isDone: true, continueCursor: "end" };
    }
    case "_system/cli/queryTable":
      // On Convex a random number: a new answer whenever the table changes.
      return databaseOf(host, component).revision(String(args.tableName));
    case "_system/cli/tableData":
      return tableData(databaseOf(host, component), args);
    case "_system/cli/tableSize":
      return databaseOf(host, component).count(String(args.tableName));
    case "_system/frontend/components:list":
      return host.engine.componentPaths().map((mounted) => ({
        id: mounted,
        name: mounted.split("/").pop() ?? "",
        path: mounted,
        args: {},
        state: "active",
        httpPrefix: null,
      }));
    default:
      throw new Error(`The local deployment does not have ${path}`);
  }
}

/** One of these queries as a subscription has it. */
export function answerSystemQuery(
  target: { systemQuery(path: string, args: Args, component: string): unknown },
  { queryId, udfPath, args, componentPath }: AddQuery,
): StateModification {
  const rest = { queryId, logLines: [], journal: null };
  try {
    const decoded = jsonToConvex((args[0] ?? {}) as never) as Args;
    const value = target.systemQuery(udfPath, decoded, componentPath ?? "");
    return { type: "QueryUpdated", ...rest, value };
  } catch (error) {
    const errorMessage = error instanceof Error ? error.message : String(error);
    return { type: "QueryFailed", ...rest, errorMessage };
  }
}

function databaseOf(host: SystemQueryHost, component: string): IndexedDatabase {
  const database = host.engine.database(component);
  if (database === undefined) throw new Error(`Component path '${component}' not found`);
  return database;
}

/** A page in order of creation; the cursor is the last document's place in it. */
function tableData(database: IndexedDatabase, args: Args): unknown {
  const { cursor, numItems } = args.paginationOpts as { cursor: string | null; numItems: number };
  const direction = args.order === "asc" ? 1 : -1;
  const documents = [...database.documents(String(args.table))].sort(
    (a, b) => direction * compare(placeOf(a), placeOf(b)),
  );
  const last = cursor === null ? null : (JSON.parse(cursor) as Place);
  const rest =
    last === null
      ? documents
      : documents.filter((document) => direction * compare(placeOf(document), last) > 0);
  const page = rest.slice(0, numItems);
  const end = page.at(-1);
  return {
    page: page.map((document) => convexToJson(document as Value)),
    isDone: page.length === rest.length,
    continueCursor: end === undefined ? (cursor ?? "") : JSON.stringify(placeOf(end)),
  };
}

type Place = [creationTime: number, id: string];

function placeOf({ _creationTime, _id }: Document): Place {
  return [_creationTime, _id];
}

function compare([timeA, idA]: Place, [timeB, idB]: Place): number {
  return timeA - timeB || (idA < idB ? -1 : idA > idB ? 1 : 0);
}

function apiSpec(version: AppVersion | undefined, component: string): unknown[] {
  const definition = version === undefined ? null : definitionAt(version.app, component);
  const functions = definition === null ? {} : (version?.analysis[definition]?.functions ?? {});
  const modules = Object.entries(functions).sort(([a], [b]) => (a < b ? -1 : 1));
  return modules.flatMap(([path, module]) => [
    ...module.functions.map((fn) => ({
      identifier: `${path}:${fn.name}`,
      functionType: fn.udfType,
      visibility: fn.visibility,
      args: JSON.parse(fn.args ?? '{"type":"any"}') as unknown,
      returns: (JSON.parse(fn.returns ?? "null") as unknown) ?? { type: "any" },
    })),
    ...(module.httpRoutes ?? []).map(({ method, path: route }) => ({
      functionType: "HttpAction",
      method,
      path: route,
    })),
  ]);
}

function definitionAt(app: CheckedComponent, component: string): string | null {
  if (app.componentPath === component) return app.definitionPath;
  for (const child of Object.values(app.childComponents)) {
    const found = definitionAt(child, component);
    if (found !== null) return found;
  }
  return null;
}
