/** HTML in what a model writes, as words: tags go, what only looks like one (`<Enter>`, `<F8>`) stays. */

const TAGS = new Set(
  "a abbr article aside b big blockquote br button center cite code dd del details div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd label li main mark nav ol p pre q s section small span strike strong sub summary sup table tbody td tfoot th thead tr u ul".split(
    " ",
  ),
);
const LINES = /^(?:br|div|dd|dl|dt|h[1-6]|hr|li|ol|p|pre|table|tr|ul|section|article|blockquote)$/;
/** Nothing that anybody should read stands in these, and what is struck out no longer holds. */
const HIDDEN =
  /<(script|style|del|s|strike)\b[^>]{0,200}>[^<]{0,2000}<\/\1\s{0,9}>|<!--(?:(?!<!--)[^>]){0,2000}-->/gi;
const TAG = /<\/?([a-z][a-z0-9]{0,20})(?:\s[^<>]{0,500})?\/?>/gi;

/** Tags that are HTML's, out; lines end where they end one. */
export const stripTags = (html: string): string =>
  html.replace(HIDDEN, "").replace(TAG, (tag, name: string) => {
    const known = name.toLowerCase();
    if (!TAGS.has(known)) return tag;
    return LINES.test(known) ? "\n" : /^t[dh]$/.test(known) ? " " : "";
  });

const NAMED: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ndash: "-",
  mdash: "-",
  hellip: "...",
  lsquo: "'",
  rsquo: "'",
  ldquo: '"',
  rdquo: '"',
  laquo: '"',
  raquo: '"',
  bull: "-",
  middot: "-",
  deg: "°",
  times: "x",
  divide: "/",
  frac12: "1/2",
  frac14: "1/4",
  frac34: "3/4",
  euro: "€",
  pound: "£",
  yen: "¥",
  cent: "¢",
  copy: "(C)",
  reg: "(R)",
  trade: "(TM)",
  rarr: "->",
};

/** `&amp;`, `&#39;`, `&#x27;` as the characters that they stand for, once. */
export const decodeEntities = (text: string): string =>
  text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}\d{0,2}));/gi,
    (all, dec?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED[name] ?? NAMED[name.toLowerCase()] ?? all;
      const code = dec === undefined ? parseInt(hex ?? "", 16) : Number(dec);
      // Controls and half surrogates are no characters to send.
      const bad = code < 32 || (code > 126 && code < 160) || (code >= 0xd800 && code < 0xe000);
      return bad || code > 0x10ffff ? "" : String.fromCodePoint(code);
    },
  );
