// @vitest-environment node
/** Pages of servers that nobody knows: public addresses only, so long, so many bytes, as robots.txt asks. */
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { ReadFault } from "../../convex/lib/readFault";
import { isPublicAddress, type Resolve } from "../../convex/providers/web/addresses";
import { fetchPage, type Fetching } from "../../convex/providers/web/fetchPage";
import { MAX_WEB_BYTES } from "../../convex/providers/web/request";
import { redirect, send, serveSite, type Handler, type Site } from "./hostileServer";

let site: Site | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});
const serve = async (paths: Record<string, Handler>) => (site = await serveSite(paths));

/** As a test of this machine's own server. */
const HERE: Fetching = { network: { loopback: true } };
const OUTSIDE: Fetching = { network: { loopback: false } };
const outcome = (address: string, fetching: Fetching = HERE): Promise<string> =>
  fetchPage(address, fetching).then(
    ({ kind }) => kind,
    (error: unknown) => (error instanceof ReadFault ? error.code : `other: ${String(error)}`),
  );
const textOf = async (address: string, fetching: Fetching = HERE) => {
  const page = await fetchPage(address, fetching);
  return page.kind === "page" ? new TextDecoder().decode(page.bytes) : page.kind;
};

describe("an address", () => {
  test.each([
    ["this machine", "127.0.0.1 127.8.8.8 0.0.0.0 ::1 ::"],
    ["private networks", "10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 fc00::1 fd12:3456::1"],
    ["the link, and clouds' metadata", "169.254.169.254 169.254.0.1 fe80::1 fec0::1 fd00:ec2::254"],
    ["a provider's own network", "100.64.0.1 100.127.255.255 192.0.0.8 198.18.0.1"],
    ["nobody's, or many", "224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 192.0.2.1 ff02::1 100::1"],
    [
      "IPv4 in IPv6",
      "::ffff:127.0.0.1 ::ffff:a9fe:a9fe ::ffff:10.0.0.1 ::127.0.0.1 ::ffff:0:7f00:1",
    ],
    ["NAT64", "64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::a00:1"],
    ["6to4 and Teredo", "2002:7f00:1:: 2002:a00:1:: 2001:0:1::1"],
    ["what is not given out", "4000::1 2001:db8::1 3fff::1 5f00::1"],
    ["no address", "localhost 1.2.3.4.5 0x7f000001x"],
  ])("of %s is refused", (_, addresses) => {
    for (const address of addresses.split(" ")) {
      expect([address, isPublicAddress(address)]).toEqual([address, false]);
    }
  });

  test("that anybody can reach is not; the switch of tests opens this machine alone", () => {
    for (const address of ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8"]) {
      expect([address, isPublicAddress(address)]).toEqual([address, true]);
    }
    expect(isPublicAddress("127.0.0.1", { loopback: true })).toBe(true);
    expect(isPublicAddress("10.0.0.1", { loopback: true })).toBe(false);
    expect(isPublicAddress("169.254.169.254", { loopback: true })).toBe(false);
  });

  test.each([
    ["url_private", "http://127.0.0.1/"],
    ["url_private", "http://2130706433/"],
    ["url_private", "http://0x7f.1/"],
    ["url_private", "http://[::1]/"],
    ["url_private", "http://[::ffff:169.254.169.254]/"],
    ["url_private", "http://169.254.169.254/latest/meta-data/"],
    ["url_private", "http://localhost/"],
    ["url_port", "http://8.8.8.8:22/"],
    ["url_port", "https://shop.example:8443/"],
    ["url_invalid", "file:///etc/passwd"],
    ["url_invalid", "ftp://shop.example/"],
    ["url_invalid", "https://user:secret@shop.example/"],
    ["url_invalid", "prices"],
  ])("ends in %s: %s", async (code, address) => {
    expect(await outcome(address, OUTSIDE)).toBe(code);
  });
});

describe("a name", () => {
  const leads =
    (...answers: string[][]): Resolve =>
    (_, __, done) => {
      const addresses = answers.length > 1 ? answers.shift()! : answers[0]!;
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
    };

  test("that leads into a private network is refused, by one of its addresses too", async () => {
    for (const addresses of [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:10.0.0.1"], []]) {
      const network = { loopback: false, resolve: leads(addresses) };
      expect(await outcome("http://shop.example/", { network })).toBe("url_private");
    }
  });

  test("that changes where it leads is asked by the socket itself, each time", async () => {
    const { port } = await serve({ "/robots.txt": send(""), "/": send("Prices") });
    // The first answer is for robots.txt, the second for the page: nothing is connected to but what was looked at.
    const resolve = leads(["127.0.0.1"], ["192.168.0.1"]);
    const network = { loopback: true, resolve };
    expect(await outcome(`http://shop.example:${port}/`, { network })).toBe("url_private");
    expect([site!.timesAsked("/robots.txt"), site!.timesAsked("/")]).toEqual([1, 0]);
  });
});

describe("a redirect", () => {
  test("is followed to a page, and each address is looked at", async () => {
    const { origin } = await serve({
      "/old": redirect("/new"),
      "/new": redirect("prices"),
      "/prices": send("Prices"),
    });
    expect(await textOf(`${origin}/old`)).toBe("Prices");
  });

  test.each([
    ["url_private", "http://169.254.169.254/latest/meta-data/"],
    ["url_private", "http://10.0.0.1/"],
    ["url_private", "http://[fd00:ec2::254]/"],
    ["url_invalid", "file:///etc/passwd"],
  ])("ends in %s: to %s", async (code, location) => {
    const { origin } = await serve({ "/": redirect(location) });
    expect(await outcome(`${origin}/`)).toBe(code);
  });

  test("in a circle, or to nothing, ends", async () => {
    const { origin, timesAsked } = await serve({
      "/a": redirect("/b"),
      "/b": redirect("/a"),
      "/nothing": redirect("http://"),
    });
    expect(await outcome(`${origin}/a`)).toBe("url_redirects");
    expect(timesAsked("/a") + timesAsked("/b")).toBe(6);
    expect(await outcome(`${origin}/nothing`)).toBe("url_redirects");
  });

  test("asks the robots.txt of where it leads", async () => {
    const other = await serveSite({
      "/robots.txt": send("User-agent: *\nDisallow: /"),
      "/": send("Secret"),
    });
    const { origin } = await serve({ "/": redirect(`${other.origin}/`) });
    expect(await outcome(`${origin}/`)).toBe("url_robots");
    expect(other.timesAsked("/")).toBe(0);
    await other.close();
  });
});

describe("a server", () => {
  test.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
  ] as const)(
    "that sends far more than fits, packed as %s, is left on the way",
    async (encoding, pack) => {
      const zeros = pack(new Uint8Array(4 * MAX_WEB_BYTES));
      expect(zeros.length).toBeLessThan(MAX_WEB_BYTES / 10);
      const { origin } = await serve({ "/": send(zeros, { "content-encoding": encoding }) });
      const before = process.memoryUsage().arrayBuffers;
      expect(await outcome(`${origin}/`)).toBe("url_too_large");
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(3 * MAX_WEB_BYTES);
    },
  );

  test("that sends without an end is left", async () => {
    const { origin } = await serve({
      "/": (_, response) => {
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, "a")));
        };
        response.on("drain", more);
        more();
      },
    });
    expect(await outcome(`${origin}/`)).toBe("url_too_large");
  });

  test("that drips, or says nothing, is left when the time is over", async () => {
    const drip: Handler = (_, response) => {
      const timer = setInterval(() => response.write("a"), 5);
      response.on("close", () => clearInterval(timer));
    };
    const { origin } = await serve({ "/drip": drip, "/silent": () => undefined });
    for (const path of ["/drip", "/silent"]) {
      expect(await outcome(`${origin}${path}`, { ...HERE, withinMs: 300 })).toBe("url_too_slow");
    }
  });

  test("that sends what is packed is read", async () => {
    const { origin } = await serve({
      "/gzip": send(gzipSync("Prices"), { "content-encoding": "gzip" }),
      "/br": send(brotliCompressSync("Prices"), { "content-encoding": "br" }),
      "/other": send("Prices", { "content-encoding": "zstd" }),
    });
    expect(await textOf(`${origin}/gzip`)).toBe("Prices");
    expect(await textOf(`${origin}/br`)).toBe("Prices");
    expect(await outcome(`${origin}/other`)).toBe("url_invalid");
  });

  test("that breaks off, refuses or is down may do better another time", async () => {
    const { origin } = await serve({
      "/cut": (_, response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("abc", () => response.destroy());
      },
      "/down": send("", {}, 503),
      "/busy": send("", {}, 429),
    });
    for (const path of ["/cut", "/down", "/busy"]) {
      expect(await outcome(`${origin}${path}`)).toMatch(/^other: .*can't be reached/);
    }
    expect(await outcome("http://127.0.0.1:9/")).toMatch(/^other: .*ECONNREFUSED/);
  });

  test("says what is gone, what has not changed, and what is not for everybody", async () => {
    const { origin, asked } = await serve({
      "/": (request, response) =>
        request.headers["if-none-match"] === '"1"'
          ? void response.writeHead(304).end()
          : void response.writeHead(200, { etag: '"1"', "last-modified": "Sun" }).end("Prices"),
      "/private": send("", {}, 403),
    });
    const page = await fetchPage(`${origin}/`, HERE);
    expect(page).toMatchObject({ kind: "page", etag: '"1"', lastModified: "Sun" });
    const seen = { etag: '"1"', lastModified: "Sun" };
    expect(await outcome(`${origin}/`, { ...HERE, seen })).toBe("unchanged");
    expect(asked.at(-1)!.headers["if-modified-since"]).toBe("Sun");
    expect(await outcome(`${origin}/gone`)).toBe("gone");
    expect(await outcome(`${origin}/private`)).toBe("url_refused");
  });
});

describe("robots.txt", () => {
  test("is obeyed, asked for once an hour, and names us or everybody", async () => {
    const rules = "User-agent: *\nDisallow: /all\n\nUser-agent: ComputerGuysBot\nDisallow: /us";
    const { origin, timesAsked } = await serve({
      "/robots.txt": send(rules),
      "/us": send(""),
      "/all": send("Prices"),
    });
    expect(await outcome(`${origin}/us`)).toBe("url_robots");
    // Who is named goes by what is said to them alone (2.2.1).
    expect(await textOf(`${origin}/all`)).toBe("Prices");
    expect(timesAsked("/us")).toBe(0);
    expect(timesAsked("/robots.txt")).toBe(1);
  });

  test.each([
    ["a sitemap", "Sitemap: /sitemap.xml"],
    ["a line of another kind", "Content-Signal: search=yes"],
  ])("%s between two names ends no group", async (_, between) => {
    const { origin, timesAsked } = await serve({
      "/robots.txt": send(`User-agent: *\r\n${between}\r\nUser-agent: Newsbot\r\nDisallow: /staff`),
      "/staff": send("Rota"),
    });
    expect(await outcome(`${origin}/staff`)).toBe("url_robots");
    expect(timesAsked("/staff")).toBe(0);
  });

  test("a delay for everybody is no part of what is closed to the next robot", async () => {
    const { origin } = await serve({
      "/robots.txt": send("User-agent: *\nCrawl-delay: 5\n\nUser-agent: Newsbot\nDisallow: /"),
      "/": send("Prices"),
    });
    expect(await textOf(`${origin}/`)).toBe("Prices");
  });

  test("that can't be read lets nothing be read, one that isn't there everything", async () => {
    const { origin, timesAsked } = await serve({
      "/robots.txt": send("", {}, 500),
      "/": send("Prices"),
    });
    expect(await outcome(`${origin}/`)).toMatch(/^other: .*robots\.txt can't be read/);
    expect(timesAsked("/")).toBe(0);
    delete site!.paths["/robots.txt"];
    expect(await textOf(`${origin}/`)).toBe("Prices");
  });
});
