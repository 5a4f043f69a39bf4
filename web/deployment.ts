/** The deployment that the client talks to where `VITE_CONVEX_URL` names none: the local one. */
export const LOCAL_DEPLOYMENT = "http://127.0.0.1:3210";

/**
 * The origin of a deployment's HTTP actions, where files go and come from: what `VITE_CONVEX_SITE_URL` says, else what
 * Convex's cloud and the local deployment make of the other one.
 */
export function siteOf(deployment: string, named: string | undefined): string {
  if (named) return new URL(named).origin;
  const url = new URL(deployment);
  if (url.hostname.endsWith(".convex.cloud")) {
    url.hostname = url.hostname.replace(/\.convex\.cloud$/, ".convex.site");
    return url.origin;
  }
  if (["127.0.0.1", "localhost"].includes(url.hostname)) {
    url.port = String(Number(url.port) + 1);
    return url.origin;
  }
  throw new Error(
    "Set VITE_CONVEX_SITE_URL to the origin of the deployment's HTTP actions: the page's policy names it.",
  );
}
