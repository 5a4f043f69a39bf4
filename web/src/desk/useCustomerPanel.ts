/** Whether the customer panel is open: a column beside the conversation, remembered; where there is no room, a sheet. */
import { useState } from "react";
import { useMediaQuery } from "../conversation/browser";

export const PANEL_ID = "customer-panel";
const KEY = "cg.desk.customer";

export function useCustomerPanel() {
  const wide = useMediaQuery("(min-width: 80rem)");
  const [column, setColumn] = useState(wasOpen);
  // A sheet covers the conversation: it is opened for one look, and closed for the next.
  const [sheet, setSheet] = useState(false);
  const open = wide ? column : sheet;
  const set = (next: boolean) => {
    if (!wide) return setSheet(next);
    setColumn(next);
    try {
      localStorage.setItem(KEY, next ? "open" : "closed");
    } catch {
      // Without storage it lasts as long as the page.
    }
  };
  const toggle = () => set(!open);
  const toggleByKey = () => {
    toggle();
    // Beside the conversation it takes no focus by itself, as a sheet does.
    if (wide) setTimeout(() => document.getElementById(open ? "pane-heading" : PANEL_ID)?.focus());
  };
  return { open, wide, toggle, toggleByKey, close: () => set(false) };
}

export type CustomerPanelState = ReturnType<typeof useCustomerPanel>;

function wasOpen(): boolean {
  try {
    return localStorage.getItem(KEY) === "open";
  } catch {
    return false;
  }
}
