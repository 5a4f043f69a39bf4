/** The endpoints of `convex export` and `convex import`, and the queries that their CLI watches. */
import { createReadStream } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { Engine } from "../../engine/engine";
import {
  HttpError,
  makeAdminGuard,
  readBody,
  readJson,
  sendJson,
  type Call,
  type Handler,
} from "../http";
import type { ImportMode } from "./confirmation";
import { Exports } from "./exports";
import { findTableNameProblem } from "./fieldNames";
import { checkComponentPath, type ImportFormat } from "./importSource";
import { Imports } from "./imports";
import { Uploads } from "./uploads";

interface ImportArgs {
  tableName?: string;
  componentPath?: string;
  format: string;
  mode?: string;
}

const MODES: readonly string[] = ["requireEmpty", "append", "replace", "replaceAll"];
const TABLE_FORMATS: Record<string, string> = {
  csv: "CSV",
  jsonLines: "JSONL",
  jsonArray: "JSON",
};
export const EXPORT_PATH = "/api/export/zip/";

export class Snapshots {
  private readonly exports: Exports;
  private readonly imports: Imports;
  private readonly uploads: Uploads;

  constructor(
    engine: Engine,
    /** Below it lie exports and uploads; its owner removes it. */
    private readonly folder: string,
  ) {
    const changed = () => engine.subscriptions.requestBatch();
    this.exports = new Exports(
      { snapshot: () => engine.snapshot(), timestamp: () => engine.timestamp(), changed },
      path.join(folder, "exports"),
    );
    this.imports = new Imports(engine, changed);
    this.uploads = new Uploads(path.join(folder, "uploads"));
  }

  /** The answer of a built-in query, `undefined` if it is another's. */
  query(name: string, args: Record<string, unknown>): unknown {
    switch (name) {
      case "_system/cli/exports:getLatest":
        return this.exports.latestRow();
      case "_system/cli/queryImport":
        return this.imports.row(args.importId);
      case "_system/cli/queryImport:list":
        return this.imports.rows();
      default:
        return undefined;
    }
  }

  routes(adminKey: string): Record<string, Handler> {
    const admin = makeAdminGuard(adminKey);
    return {
      "POST /api/export/request/zip": admin(({ response, url }) => {
        this.exports.request(url.searchParams.get("includeStorage") === "true");
        response.writeHead(200).end();
      }),
      [`GET ${EXPORT_PATH}`]: admin((call) => this.download(call)),
      "POST /api/import/start_upload": admin(async ({ response }) => {
        sendJson(response, { uploadToken: await this.uploads.start() });
      }),
      "POST /api/import/upload_part": admin(async ({ request, response, url }) => {
        const token = url.searchParams.get("uploadToken") ?? "";
        const number = Number(url.searchParams.get("partNumber"));
        sendJson(response, await this.uploads.part(token, number, await readBody(request)));
      }),
      "POST /api/import/finish_upload": admin((call) => this.finishUpload(call)),
      "POST /api/perform_import": admin(async ({ request, response }) => {
        this.imports.perform((await readJson<{ importId: string }>(request)).importId);
        response.writeHead(200).end();
      }),
      "POST /api/cancel_import": admin(async ({ request, response }) => {
        this.imports.cancel((await readJson<{ importId: string }>(request)).importId);
        response.writeHead(200).end();
      }),
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.exports.close(), this.imports.close()]);
  }

  private async download({ response, url }: Call): Promise<void> {
    const ts = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
    const file = this.exports.file(ts);
    const { size } = await stat(file.path);
    response.writeHead(200, {
      "content-type": "application/zip",
      "content-length": size,
      "content-disposition": `attachment; filename=${file.name}`,
      "cache-control": "private, max-age=2592000",
    });
    await pipeline(createReadStream(file.path), response);
  }

  private async finishUpload({ request, response }: Call): Promise<void> {
    const body = await readJson<{
      import: ImportArgs;
      uploadToken: string;
      partTokens: string[];
    }>(request);
    const format = formatOf(body.import);
    const mode = body.import.mode ?? "requireEmpty";
    if (!MODES.includes(mode)) throw badRequest("InvalidImport", `Unknown import mode ${mode}`);
    const component = body.import.componentPath ?? "";
    try {
      checkComponentPath(component);
    } catch (error) {
      throw badRequest("InvalidComponentName", (error as Error).message);
    }
    const importId = this.imports.newId();
    const folder = path.join(this.folder, "imports");
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, importId);
    await this.uploads.finish(body.uploadToken, body.partTokens, file);
    this.imports.start(importId, { format, mode: mode as ImportMode, component, file });
    sendJson(response, { importId });
  }
}

function badRequest(code: string, message: string): HttpError {
  return new HttpError(400, code, message);
}

function formatOf({ format, tableName }: ImportArgs): ImportFormat {
  if (format === "zip") {
    if (tableName === undefined) return { format };
    throw badRequest("InvalidName", "ZIP import cannot have table name");
  }
  const name = TABLE_FORMATS[format];
  if (name === undefined) throw badRequest("InvalidImport", `Unknown import format ${format}`);
  if (tableName === undefined)
    throw badRequest("InvalidName", `${name} import requires table name`);
  const problem = tableName.startsWith("_")
    ? "names of tables cannot start with an underscore"
    : findTableNameProblem(tableName);
  if (problem !== null) {
    throw badRequest("ImportInvalidName", `invalid table name ${tableName}: ${problem}`);
  }
  return { format: format as "csv" | "jsonLines" | "jsonArray", table: tableName };
}
