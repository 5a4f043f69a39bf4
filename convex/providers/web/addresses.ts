"use node";
/**
 * Which addresses a page may be fetched from: those that anybody can reach. Where a host's name leads is asked by the
 * socket itself, so what was checked is what is connected to, whatever the name leads to a moment later.
 */
import { lookup, type LookupAddress, type LookupOptions } from "node:dns";
import ipaddr from "ipaddr.js";
import { ReadFault } from "../../lib/readFault";

type Done = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;
type Lookup = (hostname: string, options: LookupOptions, done: Done) => void;
/** As `dns.lookup` with `all`. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Of IPv6 nothing but 2000::/3 is given out (RFC 4291); what carries an IPv4 address within it is a range of its own. */
const GLOBAL = ipaddr.parseCIDR("2000::/3");

/** `loopback` is for tests: their servers are nowhere else. */
export function isPublicAddress(address: string, { loopback = false } = {}): boolean {
  if (!ipaddr.isValid(address)) return false;
  // IPv4 in IPv6 is what it carries.
  const ip = ipaddr.process(address);
  const range = ip.range();
  if (loopback && range === "loopback") return true;
  return range === "unicast" && (ip.kind() === "ipv4" || ip.match(GLOBAL));
}

export const refuseAddress = () =>
  new ReadFault(
    "url_private",
    "The address leads into a private network, or nowhere. Only pages that anybody can reach are read.",
  );

/** For a socket: where a name leads, or an error if any of it is not public. */
export function makeLookup(options: { loopback: boolean }, resolve: Resolve = lookup): Lookup {
  return (hostname, { all, ...asked }, done) => {
    resolve(hostname, { ...asked, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      const refused = addresses.some(({ address }) => !isPublicAddress(address, options));
      if (refused || addresses.length === 0) return done(refuseAddress(), []);
      if (all === true) return done(null, addresses);
      const [{ address, family }] = addresses as [LookupAddress];
      done(null, address, family);
    });
  };
}
