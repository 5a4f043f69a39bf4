/** What a build for a given deployment tells browsers. */
import { expect, test } from "vitest";
import { headerPolicy, headersFile, metaPolicy } from "./security";

const CLOUD = "https://happy-animal-123.convex.cloud";
const directive = (policy: string, name: string) =>
  policy.split("; ").find((each) => each.startsWith(`${name} `));

test("a deployment on https is spoken to over wss only", () => {
  for (const policy of [headerPolicy(CLOUD), metaPolicy(CLOUD)]) {
    const site = "https://happy-animal-123.convex.site";
    const expected = `connect-src ${CLOUD} wss://happy-animal-123.convex.cloud ${site}`;
    expect(directive(policy, "connect-src")).toBe(expected);
    expect(policy).not.toMatch(/\bws:|http:|unsafe|\*/);
  }
});

test("a deployment's address is an origin in the policy, whatever is behind it", () => {
  expect(headerPolicy(`${CLOUD}/; script-src *`)).toBe(headerPolicy(CLOUD));
  expect(() => headerPolicy("not an address")).toThrow("Invalid URL");
});

test("where files go is named, or the build says which variable is missing", () => {
  const own = "https://api.joes.shop";
  expect(() => headerPolicy(own)).toThrow("VITE_CONVEX_SITE_URL");
  expect(headerPolicy(own, "https://http.joes.shop/; script-src *")).toContain(
    `connect-src ${own} wss://api.joes.shop https://http.joes.shop;`,
  );
});

test("the file for static hosts has the page's headers, each in one line", () => {
  const [page = "", assets = ""] = headersFile(CLOUD).split("\n\n");
  const lines = page.split("\n");
  expect(lines[0]).toBe("/*");
  expect(lines.slice(1).every((line) => /^ {2}[A-Z][A-Za-z-]+: \S/.test(line))).toBe(true);
  expect(page).toContain(`  Content-Security-Policy: ${headerPolicy(CLOUD)}\n`);
  expect(page).toMatch(/Strict-Transport-Security: max-age=\d{8}/);
  expect(assets).toMatch(/^\/assets\/\*\n {2}Cache-Control: .*immutable/);
});
