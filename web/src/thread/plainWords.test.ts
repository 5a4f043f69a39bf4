/** What becomes a link in a person's words, what must not, and that no word is lost. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findPhones } from "./phonesInText";
import { findAddresses, mayHavePhone, splitBlocks, splitParts } from "./plainWords";

const links = (text: string) =>
  splitParts(text, [...findAddresses(text), ...(mayHavePhone(text) ? findPhones(text) : [])])
    .filter(({ href }) => href !== undefined)
    .map(({ text: words, href }) => `${words} -> ${href}`);

describe("a link", () => {
  test.each([
    ["see https://a.example/x?y=1#z.", "https://a.example/x?y=1#z -> https://a.example/x?y=1#z"],
    ["(http://a.example/b_(c))", "http://a.example/b_(c) -> http://a.example/b_(c)"],
    [
      "computerguys.example/prices!",
      "computerguys.example/prices -> https://computerguys.example/prices",
    ],
    ["www.shop.com, thanks", "www.shop.com -> https://www.shop.com/"],
    ["write to ann@mail.com", "ann@mail.com -> mailto:ann@mail.com"],
    ["HTTPS://A.EXAMPLE/Up", "HTTPS://A.EXAMPLE/Up -> https://a.example/Up"],
    ["call (614) 555-0142 or", "(614) 555-0142 -> tel:+16145550142"],
    ["from abroad +44 20 7946 0018", "+44 20 7946 0018 -> tel:+442079460018"],
  ])("is found in %j", (text, link) => {
    expect(links(text)).toEqual([link]);
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,hi",
    "vbscript:x file:///etc/passwd ftp://a.example/x",
    "//a.example/x",
    // The name of a file, a version, a price, an order, an address of a network.
    "notes.md setup.sh 10.0.19045 $1,299.00 order 20250314 192.168.0.1",
    // Another place than it seems: letters of another script, a turned direction, a name before the host.
    "https://\u0430pple.com/login",
    "https://a.example/\u202egnp.exe",
    "https://a.com\u200b.evil.example/",
    "https://bank.com@evil.example/",
    "https://bank.com:x@evil.example/",
  ])("is none in %j", (text) => {
    expect(links(text)).toEqual([]);
  });

  test("goes where its words say, by http, mail or phone, and no word is lost, whatever is written", () => {
    const word = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.emailAddress(),
      fc.constantFrom(
        "javascript:",
        "http://",
        "@",
        "://",
        "www.",
        ".com",
        "(614) 555-0142",
        "\n- ",
      ),
    );
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 12 }).map((words) => words.join("")),
        (text) => {
          const parts = splitParts(text, findAddresses(text));
          expect(parts.map((part) => part.text).join("")).toBe(text);
          for (const { text: words, href } of parts) {
            if (href === undefined) continue;
            expect(href).toMatch(/^(?:https?:\/\/|mailto:)/);
            if (href.startsWith("http")) {
              expect(words.toLowerCase()).toContain(new URL(href).hostname);
            }
          }
        },
      ),
    );
  });
});

describe("a list", () => {
  test("is two lines or more that begin alike, or count on", () => {
    expect(splitBlocks("Please bring:\n- the laptop\n- its charger\nThanks")).toEqual([
      { kind: "text", text: "Please bring:" },
      { kind: "list", start: null, items: ["the laptop", "its charger"] },
      { kind: "text", text: "Thanks" },
    ]);
    expect(splitBlocks("2. Hold power\n3. Wait")).toEqual([
      { kind: "list", start: 2, items: ["Hold power", "Wait"] },
    ]);
  });

  test.each(["- only one", "1. one\n5. five", "-5 degrees\n-6 degrees", "plain\n\nwords", ""])(
    "is none in %j",
    (text) => {
      expect(splitBlocks(text)).toEqual([{ kind: "text", text }]);
    },
  );
});
