/**
 * The link of an e-mail: its token stands behind the "#", is taken out of the address at once, and spent by a POST. What
 * it opens is one conversation in this tab, beside the session that this browser has, which stays as it is.
 */

/** Kept by the tab, so that a reload finds the session of its link. */
const MARK = "support.byMail";

/** The token in the address, which it leaves. Null: nobody came by a link. */
export function takeMailToken(): string | null {
  const { hash, pathname, search } = window.location;
  const token = /^#mail=([\w-]{16,100})$/.exec(hash)?.[1];
  if (token === undefined) return null;
  window.history.replaceState(null, "", pathname + search);
  withTab((tab) => tab.setItem(MARK, "1"));
  return token;
}

/** Whether this tab shows what an e-mail's link has opened. */
export const cameByMail = (): boolean => withTab((tab) => tab.getItem(MARK) === "1") ?? false;

/** From the next page on this tab is the browser's again. */
export const forgetMail = () => withTab((tab) => tab.removeItem(MARK));

/** Without storage the link holds until the page is left. */
function withTab<T>(use: (tab: Storage) => T): T | null {
  try {
    return use(window.sessionStorage);
  } catch {
    return null;
  }
}
