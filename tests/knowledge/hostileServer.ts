/** A server of the web on this machine, as well or badly behaved as a test wants. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Each path with what it answers; anything else is 404. `asked` lists what was asked for, with the headers. */
export async function serveSite(paths: Record<string, Handler>) {
  const asked: { path: string; headers: IncomingMessage["headers"] }[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    asked.push({ path, headers: request.headers });
    const handler = paths[path];
    if (handler !== undefined) return handler(request, response);
    response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    paths,
    asked,
    timesAsked: (path: string) => asked.filter((one) => one.path === path).length,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
export type Site = Awaited<ReturnType<typeof serveSite>>;

export const send =
  (body: string | Uint8Array, headers: Record<string, string> = {}, status = 200): Handler =>
  (_, response) =>
    void response.writeHead(status, { "content-type": "text/html", ...headers }).end(body);
export const redirect =
  (location: string): Handler =>
  (_, response) =>
    void response.writeHead(302, { location }).end();
