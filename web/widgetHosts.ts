/** `VITE_WIDGET_HOSTS`: the pages that may have the chat in a frame, as origins between commas or spaces. */

/** A build stops at it: a list that browsers would read otherwise frames the chat where nobody meant it to be. */
export class WidgetHostError extends Error {
  readonly code = "invalid_widget_host";
  constructor(readonly host: string) {
    super(
      `VITE_WIDGET_HOSTS: "${host}" is no origin. Write it as browsers do, like https://www.joes.shop: no path, no wildcard, plain HTTP for localhost only.`,
    );
    this.name = "WidgetHostError";
  }
}

/** Also for `frame-ancestors`, where a wildcard or a bare host would allow more than it says. */
const ORIGIN = /^(https:\/\/[a-z0-9.-]+|http:\/\/(localhost|127\.0\.0\.1))(:\d+)?$/;

export function readWidgetHosts(list: string | undefined): string[] {
  const hosts = (list ?? "").split(/[\s,]+/).filter((host) => host !== "");
  for (const host of hosts) {
    if (!ORIGIN.test(host) || !URL.canParse(host) || new URL(host).origin !== host) {
      throw new WidgetHostError(host);
    }
  }
  return hosts;
}
