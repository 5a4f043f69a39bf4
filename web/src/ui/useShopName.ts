/** What the shop is called, as its admin has set it; until that is there, as it was the last time on this device. */
import { useQuery } from "convex/react";
import { useEffect } from "react";
import { api } from "../api";
import { SHOP_NAME } from "../config";

const KEY = "cg.shop";

function lastName(): string {
  try {
    return localStorage.getItem(KEY) ?? SHOP_NAME;
  } catch {
    return SHOP_NAME;
  }
}

export function useShopName(): string {
  const name = useQuery(api.shop.get)?.name;
  useEffect(() => {
    if (name === undefined) return;
    try {
      localStorage.setItem(KEY, name);
    } catch {
      // Without storage the page begins with the name that it was built with.
    }
  }, [name]);
  return name ?? lastName();
}
