/** A user agent in words that its owner recognizes: "Chrome on Windows". */
import Bowser from "bowser";

/** Undefined for what is no browser that we know: a script, or nothing at all. */
export function deviceOf(userAgent: string): string | undefined {
  if (userAgent.trim() === "") return undefined;
  const { browser, platform, os } = Bowser.parse(userAgent);
  const system = KNOWN_MODELS.has(platform.model ?? "") ? platform.model : os.name;
  if (!browser.name || !system || !BROWSERS.has(browser.name)) return undefined;
  return `${browser.name} on ${system}`;
}

/** Bowser takes any other client at its word, and that could be "Your own phone". */
const BROWSERS = new Set<string>(Object.values(Bowser.BROWSER_MAP));

/** Models that people call by their name; others are letters and numbers of the maker's. */
const KNOWN_MODELS = new Set(["iPhone", "iPad"]);
