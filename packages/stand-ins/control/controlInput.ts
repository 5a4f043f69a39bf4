/** What the control API's routes read from requests. Both throw `HttpError` 400 with the reasons. */
import type { z } from "zod";
import { HttpError, type Request } from "../http";

export function readJson(request: Request): unknown {
  // A form post from a web page cannot set this type without the browser asking first.
  if (!(request.headers["content-type"] ?? "").includes("application/json")) {
    throw new HttpError(400, "send JSON with content-type application/json");
  }
  if (request.body === undefined) throw new HttpError(400, "the body is not valid JSON");
  return request.body;
}

export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((i) => ({ path: i.path.join("."), message: i.message }));
  throw new HttpError(400, "invalid input", issues);
}
