/** The shop's own website, on loopback: pages that change, fail and come back. */
import { redirect, send, serveSite, type Handler, type Site } from "../../knowledge/hostileServer";

export const PAGES = 4;
/** What its server does with a request. None of them is silent: a socket waits by the clock of the machine. */
export const WAYS = ["there", "gone", "refused", "broken", "cut", "moved"] as const;
export type Way = (typeof WAYS)[number];

/** A server on loopback with as many pages, each in its newest edition. */
export class Website {
  #editions: number[][] = [];
  #serial = 0;

  private constructor(
    readonly server: Site,
    readonly onRequest: () => void,
  ) {}

  /** `onRequest`: whoever moves the clock is told that something goes on. */
  static async open(onRequest: () => void): Promise<Website> {
    const site = new Website(await serveSite({}), onRequest);
    site.begin();
    return site;
  }

  begin(): void {
    this.server.asked.length = 0;
    this.#editions = Array.from({ length: PAGES }, () => [++this.#serial]);
    for (const n of this.#editions.keys()) {
      this.#serve(`/moved-${n}.html`, this.#newest(n));
      this.turn(n, "there");
    }
    const urls = this.#editions.map((_, n) => `<url><loc>${this.pageUrl(n)}</loc></url>`).join("");
    const schema = "http://www.sitemaps.org/schemas/sitemap/0.9";
    const sitemap = `<?xml version="1.0"?><urlset xmlns="${schema}">${urls}</urlset>`;
    this.#serve("/sitemap.xml", send(sitemap, { "content-type": "application/xml" }));
    this.shut(false);
  }

  pageUrl = (n: number): string => `${this.server.origin}/boats-${n}.html`;

  change(n: number): void {
    this.#editions[n]!.push(++this.#serial);
  }

  turn(n: number, way: Way): void {
    const ways: Record<Way, Handler> = {
      there: this.#newest(n),
      gone: send("", {}, 404),
      refused: send("", {}, 403),
      broken: send("", {}, 503),
      cut: (_, response) => void response.writeHead(200).write("<html>", () => response.destroy()),
      moved: redirect(`/moved-${n}.html`),
    };
    this.#serve(`/boats-${n}.html`, ways[way]);
  }

  /** By its robots.txt. */
  shut(isShut: boolean): void {
    const rule = isShut ? "Disallow" : "Allow";
    const type = { "content-type": "text/plain" };
    this.#serve("/robots.txt", send(`User-agent: *\n${rule}: /\n`, type));
  }

  /** Every edition of a page, the newest last. */
  editionsOf(url: string): number[] {
    return this.#editions[Number(/-(\d)\.html$/.exec(url)?.[1])] ?? [];
  }

  #serve(path: string, handler: Handler): void {
    this.server.paths[path] = (request, response) => {
      this.onRequest();
      handler(request, response);
    };
  }

  #newest(n: number): Handler {
    return (request, response) => {
      const edition = this.#editions[n]!.at(-1)!;
      const etag = `"${edition}"`;
      const isSame = request.headers["if-none-match"] === etag;
      send(isSame ? "" : words(n, edition), { etag }, isSame ? 304 : 200)(request, response);
    };
  }
}

const words = (n: number, edition: number) => `<!doctype html><html lang="en"><head>
<title>Boats of kind ${n}</title></head><body><main><article><h1>Boats of kind ${n}</h1>
<p>We let boats of kind ${n} by the hour, from May to September, with two pairs of oars each.</p>
<h2>Prices</h2><p>You are reading edition ${edition} of this page. An hour on the lake is for
everybody who can swim, and for everybody else who wears a vest.</p></article></main></body></html>`;
