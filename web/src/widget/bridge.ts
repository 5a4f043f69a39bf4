/** The chat's side of the frame: hears the page around it, if that is one that may frame it, and reports to it. */
import { readOrder, type Order, type Report } from "./protocol";

export type Bridge = { report: (report: Report) => void; stop: () => void };

/**
 * Who frames this page, by what it says behind the "#". A lie gains nothing: it is only ever the address that is written
 * to, which a window of another origin doesn't receive, and the origin that is listened to. Null: nobody who may.
 */
export function framerOf(window: Window, hosts: readonly string[]): string | null {
  if (window.parent === window) return null;
  const said = window.location.hash.slice(1);
  return hosts.includes(said) ? said : null;
}

export function connectToPage(
  window: Window,
  origin: string,
  onOrder: (order: Order) => void,
): Bridge {
  const receive = ({ source, origin: from, data }: MessageEvent<unknown>) => {
    if (source !== window.parent || from !== origin) return;
    const order = readOrder(data);
    if (order !== null) onOrder(order);
  };
  window.addEventListener("message", receive);
  return {
    report: (report) => window.parent.postMessage(report, origin),
    stop: () => window.removeEventListener("message", receive),
  };
}
