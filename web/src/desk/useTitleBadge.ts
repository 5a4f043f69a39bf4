/** How many customers wait or have written, and colleagues have named one, in the tab's title: a desk is mostly in the background. */
import { useEffect } from "react";
import { SHOP_NAME } from "../config";

export function useTitleBadge(waiting: number): void {
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ""}Desk · ${SHOP_NAME}`;
  }, [waiting]);
}
