/** Light, dark, or as the system says. `public/theme.js` applies a stored choice before the first paint. */
import { useState } from "react";
import { useMediaQuery } from "../conversation/browser";

const KEY = "cg.theme";
type Theme = "light" | "dark";

export function useTheme(): { theme: Theme; toggle: () => void } {
  const systemDark = useMediaQuery("(prefers-color-scheme: dark)");
  const [chosen, setChosen] = useState(() => document.documentElement.dataset["theme"]);
  const theme: Theme =
    chosen === "dark" || chosen === "light" ? chosen : systemDark ? "dark" : "light";
  const toggle = () => {
    const next = theme === "dark" ? "light" : "dark";
    document.documentElement.dataset["theme"] = next;
    setChosen(next);
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  };
  return { theme, toggle };
}
