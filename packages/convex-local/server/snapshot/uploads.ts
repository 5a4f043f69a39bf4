/** Files that come in parts. They are put together on disk, and bounded in size and number. */
import { randomBytes } from "node:crypto";
import { appendFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { HttpError } from "../http";
import { MAX_OPEN_UPLOADS, MAX_PARTS, MAX_UPLOAD_BYTES, formatMebibytes } from "./limits";

interface Part {
  file: string;
  size: number;
}

interface Upload {
  folder: string;
  size: number;
  parts: Map<string, Part>;
}

export class Uploads {
  private readonly open = new Map<string, Upload>();

  constructor(private readonly folder: string) {}

  async start(): Promise<string> {
    const token = randomBytes(24).toString("base64url");
    const folder = path.join(this.folder, token);
    await mkdir(folder, { recursive: true });
    this.open.set(token, { folder, size: 0, parts: new Map() });
    for (const oldest of this.open.keys()) {
      if (this.open.size <= MAX_OPEN_UPLOADS) break;
      await this.discard(oldest);
    }
    return token;
  }

  /** Takes one part; what it returns names the part when the upload is finished. */
  async part(token: string, number: number, bytes: Buffer): Promise<string> {
    const upload = this.find(token);
    if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) {
      throw new HttpError(400, "ImportFailed", `Part number ${number} is not in 1..${MAX_PARTS}`);
    }
    if (upload.parts.size >= MAX_PARTS) {
      throw new HttpError(400, "ImportFailed", `An upload has at most ${MAX_PARTS} parts`);
    }
    upload.size += bytes.length;
    if (upload.size > MAX_UPLOAD_BYTES) {
      await this.discard(token);
      throw new HttpError(
        413,
        "ImportTooLarge",
        `The local deployment imports files of up to ${formatMebibytes(MAX_UPLOAD_BYTES)}`,
      );
    }
    const partToken = `${number}-${randomBytes(12).toString("base64url")}`;
    const file = path.join(upload.folder, partToken);
    await writeFile(file, bytes, { mode: 0o600 });
    upload.parts.set(partToken, { file, size: bytes.length });
    return partToken;
  }

  /** Puts the parts together, in the order given, and ends the upload. */
  async finish(token: string, partTokens: readonly string[], target: string): Promise<void> {
    const upload = this.find(token);
    const parts = partTokens.map((partToken) => upload.parts.get(partToken));
    if (parts.includes(undefined) || new Set(partTokens).size !== upload.parts.size) {
      throw new HttpError(400, "ImportFailed", "The parts are not those that were uploaded");
    }
    this.open.delete(token);
    await writeFile(target, "", { mode: 0o600 });
    for (const part of parts) {
      if (part !== undefined) await appendFile(target, await readFile(part.file));
    }
    await rm(upload.folder, { recursive: true, force: true });
  }

  private find(token: string): Upload {
    const upload = this.open.get(token);
    if (upload === undefined) {
      throw new HttpError(400, "ImportFailed", "Unknown upload token; start the import again");
    }
    return upload;
  }

  private async discard(token: string): Promise<void> {
    const upload = this.open.get(token);
    this.open.delete(token);
    if (upload !== undefined) await rm(upload.folder, { recursive: true, force: true });
  }
}
