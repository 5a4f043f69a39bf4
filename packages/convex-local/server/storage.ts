/** File storage over HTTP: one-off upload URLs, and download URLs that cannot be guessed. */
import { createHmac, randomBytes } from "node:crypto";
import type { Engine } from "../engine/engine";
import { storeFile } from "../engine/files";
import type { StorageUrls } from "../engine/syscalls";
import { HttpError, readBody, isSameSecret, sendJson, type Handler } from "./http";

const UPLOAD_VALID_MS = 60 * 60 * 1000;

export class FileStorage implements StorageUrls {
  private readonly secret = randomBytes(32);
  private readonly uploads = new Map<string, number>();

  constructor(private readonly url: () => string) {}

  fileUrl(storageId: string): string {
    return `${this.url()}/api/storage/${this.tag(storageId)}-${storageId}`;
  }

  uploadUrl(): string {
    const token = randomBytes(24).toString("base64url");
    const now = Date.now();
    for (const [old, expires] of this.uploads) if (expires < now) this.uploads.delete(old);
    this.uploads.set(token, now + UPLOAD_VALID_MS);
    return `${this.url()}/api/storage/upload?token=${token}`;
  }

  upload(engine: Engine): Handler {
    return async ({ request, response, url }) => {
      const token = url.searchParams.get("token") ?? "";
      const expires = this.uploads.get(token);
      if (expires === undefined || expires < Date.now()) {
        throw new HttpError(401, "StorageTokenInvalid", "Upload URL is invalid or expired");
      }
      const body = await readBody(request);
      const type = request.headers["content-type"] ?? "";
      const blob = new Blob([new Uint8Array(body)], { type });
      sendJson(response, { storageId: await storeFile(engine, "", blob) });
    };
  }

  download(engine: Engine): Handler {
    return async ({ response, url }) => {
      const name = decodeURIComponent(url.pathname.slice("/api/storage/".length));
      const dash = name.indexOf("-");
      const id = name.slice(dash + 1);
      const known = isSameSecret(name.slice(0, dash), this.tag(id));
      const blob = known ? engine.database("")?.db.getFile(id) : null;
      if (blob === null || blob === undefined) {
        throw new HttpError(404, "StorageFileNotFound", "File not found");
      }
      const type = blob.type === "" ? "application/octet-stream" : blob.type;
      response.writeHead(200, {
        "content-type": type,
        "content-length": blob.size,
        "cache-control": "private, max-age=2592000",
      });
      response.end(Buffer.from(await blob.arrayBuffer()));
    };
  }

  private tag(storageId: string): string {
    return createHmac("sha256", this.secret).update(storageId).digest("hex").slice(0, 32);
  }
}
