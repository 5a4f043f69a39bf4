/** Hosts of links, as a browser reads them. Pure. */

/** Dots of other scripts, which browsers take for one. */
const WHOLE = /^[\p{L}\p{M}\p{N}._\u3002\uff0e\uff61-]*/u;

/**
 * Where a link goes, or a host alone: in lower case, other letters by punycode (RFC 5891), without "www.". With a name
 * before the host ("https://shop.example@evil.example") it is that whole, which no list has and no honest link.
 */
export function hostOf(link: string): string {
  const authority = /^(?:(?:https?:)?\/\/)?([^\s/?#\\<>"|]{0,300})/i.exec(link)![1]!;
  if (authority.includes("@")) return authority.toLowerCase();
  const typed = WHOLE.exec(authority.normalize("NFKC"))![0].replace(/[.-]+$/, "");
  const host = URL.canParse(`http://${typed}`) ? new URL(`http://${typed}`).hostname : typed;
  return host.toLowerCase().replace(/^www\.|\.$/g, "");
}

/** Whether a list allows a host. "*.shop.example" is that host and all below it. */
export const allowsHost = (list: Iterable<string>, host: string): boolean =>
  [...list].some((known) =>
    known.startsWith("*.")
      ? host === known.slice(2) || host.endsWith(known.slice(1))
      : host === known.replace(/^www\./, ""),
  );
