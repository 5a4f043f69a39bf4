/**
 * What the page may do, told to the browser three times: as response headers by `vite preview`, as a
 * `_headers` file for static hosts (Netlify, Cloudflare Pages), and as a `<meta>` in the built page, for
 * hosts that know neither. The policy names the one deployment that the build talks to. `/widget` alone may be
 * framed, by the pages that `VITE_WIDGET_HOSTS` names.
 *
 * The development server has a looser one: hot reloading works by inline scripts and styles.
 */
import { loadEnv, type Connect, type Plugin } from "vite";
import { LOCAL_DEPLOYMENT, siteOf } from "./deployment.ts";
import { readWidgetHosts } from "./widgetHosts.ts";

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
    // Makes one address, that of the worker which decodes HEIC (`src/conversation/heic.ts`).
    "trusted-types": ["heic-worker"],
  };
}

/** Browsers read this in headers only. */
const framedBy = (hosts: readonly string[]): Directives => ({
  "frame-ancestors": hosts.length === 0 ? ["'none'"] : hosts,
});

const serialize = (policy: Directives) =>
  Object.entries(policy)
    .map(([name, values]) => [name, ...values].join(" "))
    .join("; ");

/** The policy for a `<meta>`. `site`: where HTTP actions are, if the deployment's address doesn't tell. */
export const metaPolicy = (deployment: string, site?: string) =>
  serialize(directives(deployment, site));

/** The policy for a header. */
export const headerPolicy = (
  deployment: string,
  site?: string,
  hosts: readonly string[] = [],
): string => serialize({ ...directives(deployment, site), ...framedBy(hosts) });

function developmentPolicy(
  deployment: string,
  site?: string,
  hosts: readonly string[] = [],
): string {
  const strict = directives(deployment, site);
  const { "require-trusted-types-for": _, "trusted-types": __, ...rest } = strict;
  const inline = ["'self'", "'unsafe-inline'"];
  return serialize({
    ...rest,
    ...framedBy(hosts),
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

/** The addresses of the widget: what is framed, and the script that pages of other origins load. */
const WIDGET = "/widget";
const LOADER = "/widget.js";
/** `SHOP_PATH` of `web/src/shop/path.ts`. */
const SHOP = ["insights", "knowledge", "settings", "health", "start"];
/** Where the other page is. Any other address shows it too, and is unframeable by `X-Frame-Options` alone. */
const PAGES = [
  ...["/", "/index.html", "/c/*", "/desk", "/desk/*"],
  ...SHOP.flatMap((page) => [`/${page}`, `/${page}/*`]),
];

type Told = Record<string, string>;

export const pageHeaders = (deployment: string, site?: string): Told => ({
  "Content-Security-Policy": headerPolicy(deployment, site),
  ...COMMON,
});

/** What is told of an address, by a server that can tell them apart. */
function headersOf(path: string, policy: (hosts: readonly string[]) => string, hosts: string[]) {
  const isWidget = path === WIDGET;
  const told: Told = { ...COMMON, "Content-Security-Policy": policy(isWidget ? hosts : []) };
  // Browsers with `frame-ancestors` don't read it.
  if (isWidget && hosts.length > 0) Reflect.deleteProperty(told, "X-Frame-Options");
  return path === LOADER ? { ...told, ...OF_LOADER } : told;
}

const OF_LOADER: Told = {
  "Cross-Origin-Resource-Policy": "cross-origin",
  "Cache-Control": "public, max-age=600",
};

/**
 * For static hosts. Files under `/assets` are named by their content. Some hosts take a header from the last rule that
 * fits (Netlify), some join all of them (Cloudflare Pages): so the rule for everything says nothing of frames but in
 * `X-Frame-Options`, which counts where no policy speaks of them.
 */
export function headersFile(deployment: string, site?: string, hosts: string[] = []): string {
  const rule = (path: string, told: Told) =>
    [path, ...Object.entries(told).map(([name, value]) => `  ${name}: ${value}`)].join("\n");
  const policy = (framers: Directives) => ({
    "Content-Security-Policy": serialize({ ...directives(deployment, site), ...framers }),
  });
  const everything = {
    ...COMMON,
    ...policy({}),
    "Strict-Transport-Security": "max-age=63072000",
  };
  return [
    rule("/*", everything),
    ...PAGES.map((path) => rule(path, policy(framedBy([])))),
    rule(WIDGET, policy(framedBy(hosts))),
    rule(LOADER, OF_LOADER),
    rule("/assets/*", { "Cache-Control": "public, max-age=31536000, immutable" }),
    "",
  ].join("\n\n");
}

export function security(): Plugin {
  let deployment = LOCAL_DEPLOYMENT;
  let site: string | undefined;
  let hosts: string[] = [];
  let building = false;
  const tell =
    (policy: typeof headerPolicy): Connect.NextHandleFunction =>
    ({ url = "/" }, response, next) => {
      const { pathname } = new URL(url, "http://here");
      const told = headersOf(pathname, (framers) => policy(deployment, site, [...framers]), hosts);
      for (const [name, value] of Object.entries(told)) response.setHeader(name, value);
      next();
    };
  return {
    name: "computer-guys:security",
    config: ({ root = ".", envDir }, { command, mode }) => {
      const env = loadEnv(mode, envDir === undefined || envDir === false ? root : envDir);
      deployment = env["VITE_CONVEX_URL"] ?? deployment;
      site = env["VITE_CONVEX_SITE_URL"];
      hosts = readWidgetHosts(env["VITE_WIDGET_HOSTS"]);
      building = command === "build";
    },
    configureServer: ({ middlewares }) => void middlewares.use(tell(developmentPolicy)),
    configurePreviewServer: ({ middlewares }) => void middlewares.use(tell(headerPolicy)),
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
      const source = headersFile(deployment, site, hosts);
      this.emitFile({ type: "asset", fileName: "_headers", source });
    },
  };
}
