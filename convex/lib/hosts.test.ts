/** Which host a link goes to, whatever it looks like, and what a list of hosts allows. */
import { expect, test } from "vitest";
import { allowsHost, hostOf } from "./hosts";

test.each([
  ["https://Shop.Example/book?x=1", "shop.example"],
  ["//shop.example", "shop.example"],
  ["www.shop.example", "shop.example"],
  ["https://shop.example:8443/x", "shop.example"],
  ["https://shop.example).", "shop.example"],
  ["https://bücher.example/x", "xn--bcher-kva.example"],
  // A Cyrillic "а" is another host.
  ["https://shоp.example", "xn--shp-ted.example"],
  // Browsers take these for dots and slashes.
  ["https://shop.example。evil.example/x", "shop.example.evil.example"],
  ["https://shop．example", "shop.example"],
  ["https://shop.example\\.evil.example", "shop.example"],
  ["https://shop.example@evil.example/x", "shop.example@evil.example"],
  [
    `https://shop.example:${"x".repeat(120)}@evil.example`,
    expect.stringContaining("@evil.example"),
  ],
  ["https://shop.example:a(b@evil.example", "shop.example:a(b@evil.example"],
])("%s goes to %s", (link, host) => expect(hostOf(link)).toEqual(host));

test("a host allows itself, and with a star all below it", () => {
  expect(allowsHost(["shop.example"], "shop.example")).toBe(true);
  expect(allowsHost(["www.shop.example"], "shop.example")).toBe(true);
  expect(allowsHost(["shop.example"], "book.shop.example")).toBe(false);
  expect(allowsHost(["*.shop.example"], "book.shop.example")).toBe(true);
  expect(allowsHost(["*.shop.example"], "shop.example")).toBe(true);
  expect(allowsHost(["*.shop.example", "shop.example"], "evilshop.example")).toBe(false);
  expect(allowsHost([], "shop.example")).toBe(false);
});
