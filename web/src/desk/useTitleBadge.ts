/** How many customers wait or have written, and colleagues have named one, in the tab's title: a desk is mostly in the background. */
import { useEffect } from "react";
import { useShopName } from "../ui/useShopName";

export function useTitleBadge(waiting: number): void {
  const shop = useShopName();
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ""}Desk · ${shop}`;
  }, [shop, waiting]);
}
