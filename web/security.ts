/**
 * What the page may do, told to the browser three times: as response headers by `vite preview`, as a
 * `_headers` file for static hosts (Netlify, Cloudflare Pages), and as a `<meta>` in the built page, for
 * hosts that know neither. The policy names the one deployment that the build talks to.
 *
 * The development server has a looser one: hot reloading works by inline scripts and styles.
 */
import { loadEnv, type Plugin } from "vite";
import { LOCAL_DEPLOYMENT, siteOf } from "./deployment.ts";

type Directives = Record<string, readonly string[]>;

function directives(deployment: string, site: string | undefined): Directives {
  const { origin } = new URL(deployment);
  return {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    // The functions' API, the live connection, and files.
    "connect-src": [origin, origin.replace(/^http/, "ws"), siteOf(deployment, site)],
    // Pictures are fetched with the access token and shown from memory.
    "img-src": ["'self'", "blob:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["'none'"],
  };
}

/** Browsers read these in headers only. */
const HEADER_ONLY: Directives = { "frame-ancestors": ["'none'"] };

const serialize = (policy: Directives) =>
  Object.entries(policy)
    .map(([name, values]) => [name, ...values].join(" "))
    .join("; ");

/** The policy for a `<meta>`. `site`: where HTTP actions are, if the deployment's address doesn't tell. */
export const metaPolicy = (deployment: string, site?: string) =>
  serialize(directives(deployment, site));

/** The policy for a header. */
export const headerPolicy = (deployment: string, site?: string) =>
  serialize({ ...directives(deployment, site), ...HEADER_ONLY });

function developmentPolicy(deployment: string, site: string | undefined): string {
  const strict = directives(deployment, site);
  const { "require-trusted-types-for": _, "trusted-types": __, ...rest } = strict;
  const inline = ["'self'", "'unsafe-inline'"];
  return serialize({
    ...rest,
    ...HEADER_ONLY,
    "script-src": inline,
    "style-src": inline,
    "connect-src": ["'self'", ...strict["connect-src"]!],
  });
}

const UNUSED_FEATURES = [
  "accelerometer",
  "autoplay",
  "browsing-topics",
  "camera",
  "display-capture",
  "geolocation",
  "gyroscope",
  "microphone",
  "midi",
  "payment",
  "publickey-credentials-get",
  "usb",
  "xr-spatial-tracking",
];

const COMMON = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  // A technician's addresses hold ids of conversations.
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": UNUSED_FEATURES.map((feature) => `${feature}=()`).join(", "),
};

export const pageHeaders = (deployment: string, site?: string): Record<string, string> => ({
  "Content-Security-Policy": headerPolicy(deployment, site),
  ...COMMON,
});

/** For static hosts. Files under `/assets` are named by their content. */
export function headersFile(deployment: string, site?: string): string {
  const lines = Object.entries({
    ...pageHeaders(deployment, site),
    "Strict-Transport-Security": "max-age=63072000",
  }).map(([name, value]) => `  ${name}: ${value}`);
  const assets = "/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n";
  return `/*\n${lines.join("\n")}\n\n${assets}`;
}

export function security(): Plugin {
  let deployment = LOCAL_DEPLOYMENT;
  let site: string | undefined;
  let building = false;
  return {
    name: "computer-guys:security",
    config: ({ root = ".", envDir }, { command, mode }) => {
      const { VITE_CONVEX_URL, VITE_CONVEX_SITE_URL } = loadEnv(
        mode,
        envDir === undefined || envDir === false ? root : envDir,
      );
      deployment = VITE_CONVEX_URL ?? deployment;
      site = VITE_CONVEX_SITE_URL;
      building = command === "build";
      const headers = { ...COMMON, "Content-Security-Policy": developmentPolicy(deployment, site) };
      return { server: { headers }, preview: { headers: pageHeaders(deployment, site) } };
    },
    transformIndexHtml: {
      order: "post",
      handler: () => {
        if (!building) return [];
        const meta = (attrs: Record<string, string>) =>
          ({ tag: "meta", attrs, injectTo: "head-prepend" }) as const;
        return [
          meta({ "http-equiv": "Content-Security-Policy", content: metaPolicy(deployment, site) }),
          meta({ name: "referrer", content: COMMON["Referrer-Policy"] }),
        ];
      },
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "_headers", source: headersFile(deployment, site) });
    },
  };
}
