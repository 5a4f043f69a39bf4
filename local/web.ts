/**
 * The web client of the demo, from its sources. Beside it, at `/phone`, the phone of the stand-ins: a
 * proxy of this server alone, so that nothing of it is in what `vite build` makes.
 */
import path from "node:path";
import { ROOT } from "./system";

interface WebOptions {
  deployment: { url: string; siteUrl: string };
  providers: { url: string };
  /** Taken, or it fails. */
  port: number;
}

export async function serveWeb({ deployment, providers, port }: WebOptions) {
  process.env.VITE_CONVEX_URL = deployment.url;
  process.env.VITE_CONVEX_SITE_URL = deployment.siteUrl;
  // `examples/widget` has the chat in its corner.
  process.env.VITE_WIDGET_HOSTS ??= "http://localhost:5174 http://127.0.0.1:5174";
  const { createServer } = await import("vite");
  const server = await createServer({
    root: path.join(ROOT, "web"),
    clearScreen: false,
    logLevel: "warn",
    server: {
      host: "127.0.0.1",
      port,
      strictPort: true,
      proxy: { "^/phone(?:[/?]|$)": { target: providers.url } },
    },
  });
  await server.listen();
  return {
    url: server.resolvedUrls!.local[0]!.replace(/\/$/, ""),
    close: () => server.close(),
  };
}
