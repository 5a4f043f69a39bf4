/** Starts a local deployment: HTTP API, sync WebSocket and HTTP actions, on loopback only. */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { findClass } from "../engine/classes";
import type { Engine } from "../engine/engine";
import { Deployment } from "./deployment";
import { DeploymentEnvironment } from "./environment";
import { createEnvironmentRoutes } from "./environmentApi";
import { formatCompactLines } from "./functionLog";
import { createFunctionRoutes } from "./functionsApi";
import {
  answerPreflight,
  applyCors,
  HttpError,
  makeAdminGuard,
  readOrigin,
  sendJson,
  sendText,
  parseUrl,
  type Call,
  type Handler,
} from "./http";
import { serveHttpAction } from "./httpActions";
import { PushError } from "./push/errors";
import { createPushRoutes } from "./pushApi";
import { EXPORT_PATH } from "./snapshot/snapshotApi";
import { createTestQueryRoutes } from "./testQuery";
import { SyncSession } from "./syncSession";

export interface DeploymentOptions {
  /** 0 picks a free port. Default 3210. */
  port?: number;
  /** 0 picks a free port. Default: the next one after `port`. */
  sitePort?: number;
  /** Default: random. */
  adminKey?: string;
  /** The first deployment variables. */
  env?: Record<string, string>;
  /** Takes functions of the app without `args` or `returns`. Default: `CONVEX_LOCAL_ALLOW_UNVALIDATED=1`. */
  allowUnvalidated?: boolean;
  /** `S16`, `S256` or `none`. Default: `CONVEX_LOCAL_CLASS`, and `none` without it. */
  deploymentClass?: string;
  /**
   * Evaluates modules once a push, not once a run: for an app of which it is known that its modules keep nothing
   * from one run to the next. Default: `CONVEX_LOCAL_KEEP_MODULES=1`.
   */
  keepModules?: boolean;
  /** Without it, every function run is printed. */
  quiet?: boolean;
}

export interface RunningDeployment {
  url: string;
  siteUrl: string;
  adminKey: string;
  engine: Engine;
  env: DeploymentEnvironment;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const DEFAULT_PORT = 3210;
/** The largest message of a client: a function's arguments may have 16 MiB. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

export class PortInUseError extends Error {
  constructor(readonly port: number) {
    super(`Port ${port} is in use`);
    this.name = "PortInUseError";
  }
}

async function listen(server: Server, port: number): Promise<number> {
  // A busy process closes an idle socket just as its client uses it again; Convex's edge does not.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new PortInUseError(port) : error);
    });
    server.listen(port, HOST, resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function shut(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (error instanceof HttpError || error instanceof PushError) {
    sendJson(response, { code: error.code, message: error.message }, error.status);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  sendJson(response, { code: "InternalServerError", message }, 500);
}

function routesOf(deployment: Deployment): Record<string, Handler> {
  const admin = makeAdminGuard(deployment.adminKey);
  return {
    ...createPushRoutes(deployment),
    ...createFunctionRoutes(deployment),
    ...createTestQueryRoutes(deployment),
    ...createEnvironmentRoutes(deployment),
    ...deployment.log.routes(deployment.adminKey),
    ...deployment.snapshots.routes(deployment.adminKey),
    "POST /api/storage/upload": deployment.storage.upload(deployment.engine),
    "GET /version": ({ response }) => sendText(response, "local"),
    "GET /instance_name": ({ response }) => sendText(response, "local"),
    "GET /instance_version": ({ response }) => sendText(response, "local"),
    "GET /api/check_admin_key": admin(({ response }) =>
      sendJson(response, { success: true, isReadOnly: false }),
    ),
    "GET /api/v1/get_canonical_urls": ({ response }) =>
      sendJson(response, {
        convexCloudUrl: deployment.env.get("CONVEX_CLOUD_URL"),
        convexSiteUrl: deployment.env.get("CONVEX_SITE_URL"),
      }),
  };
}

function apiServer(deployment: Deployment): Server {
  const routes = routesOf(deployment);
  const download = deployment.storage.download(deployment.engine);
  const dispatch = async (call: Call): Promise<void> => {
    applyCors(call);
    const { request, url } = call;
    if (request.method === "OPTIONS") return answerPreflight(call);
    // Older and newer clients put their version into the path: /api/1.48.0/query.
    const path = url.pathname.replace(/^\/api\/\d+\.\d+\.\d+[^/]*\//, "/api/");
    const isFile = request.method === "GET" && path.startsWith("/api/storage/");
    const route = path.startsWith(EXPORT_PATH) ? EXPORT_PATH : path;
    const handler = isFile ? download : routes[`${request.method} ${route}`];
    if (handler === undefined) {
      // The CLI tries again for a minute what is not found.
      const isCli = request.headers["convex-client"]?.toString().startsWith("npm-cli") === true;
      const message = `The local deployment has no ${request.method} ${path}`;
      throw new HttpError(isCli ? 400 : 404, isCli ? "NotSupported" : "NotFound", message);
    }
    await handler(call);
  };
  return createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = parseUrl(request, `http://${HOST}`);
    dispatch({ request, response, url }).catch((error: unknown) => sendError(response, error));
  });
}

/** The sync protocol at `/api/<client version>/sync`. */
function attachSync(server: Server, deployment: Deployment): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  server.on("upgrade", (request, socket, head) => {
    const { pathname } = parseUrl(request, `http://${HOST}`);
    if (!/^\/api\/[^/]+\/sync$/.test(pathname) && pathname !== "/api/sync") {
      socket.destroy();
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const session = new SyncSession(deployment, {
        send: (message) => {
          if (ws.readyState === ws.OPEN) ws.send(JSON.stringify(message));
        },
        close: (reason, code = 1000) => ws.close(code, reason),
        ...readOrigin(request),
      });
      ws.on("message", (data: Buffer) => session.receive(data.toString("utf8")));
      ws.on("close", () => session.close());
      ws.on("error", () => session.close());
    });
  });
  return sockets;
}

export async function startDeployment(options: DeploymentOptions = {}): Promise<RunningDeployment> {
  const adminKey = options.adminKey ?? `local|${randomBytes(24).toString("hex")}`;
  const env = new DeploymentEnvironment(options.env ?? {});
  const allowUnvalidated =
    options.allowUnvalidated ?? process.env.CONVEX_LOCAL_ALLOW_UNVALIDATED === "1";
  const deploymentClass = findClass(
    options.deploymentClass ?? process.env.CONVEX_LOCAL_CLASS ?? "none",
  );
  const keepModules = options.keepModules ?? process.env.CONVEX_LOCAL_KEEP_MODULES === "1";
  const deployment = new Deployment(adminKey, env, {
    allowUnvalidated,
    deploymentClass,
    keepModules,
  });
  if (options.quiet !== true) {
    deployment.engine.onEvent((event) => {
      for (const line of formatCompactLines(event)) process.stdout.write(`${line}\n`);
    });
  }
  const api = apiServer(deployment);
  const sockets = attachSync(api, deployment);
  const site = createServer((request, response) => {
    void serveHttpAction(deployment, env.get("CONVEX_SITE_URL") ?? "", request, response);
  });
  const close = async (): Promise<void> => {
    for (const socket of sockets.clients) socket.terminate();
    await Promise.all([shut(api), shut(site)]);
    await deployment.close();
  };
  try {
    const port = await listen(api, options.port ?? DEFAULT_PORT);
    const sitePort = await listen(site, options.sitePort ?? (options.port === 0 ? 0 : port + 1));
    env.setBuiltIn("CONVEX_CLOUD_URL", `http://${HOST}:${port}`);
    env.setBuiltIn("CONVEX_SITE_URL", `http://${HOST}:${sitePort}`);
    const url = `http://${HOST}:${port}`;
    const siteUrl = `http://${HOST}:${sitePort}`;
    return { url, siteUrl, adminKey, engine: deployment.engine, env, close };
  } catch (error) {
    await close();
    throw error;
  }
}
