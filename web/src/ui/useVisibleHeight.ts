/**
 * Tells the style sheet when there is little height (`short:`), as above a phone's keyboard, and keeps
 * `--visible-height` at what the on-screen keyboard leaves free. Safari on iOS lays the keyboard
 * over the page instead of resizing it, and would push the composer out of sight.
 */
import { useEffect } from "react";

const SHORT_REM = 35;
const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

export function useVisibleHeight(): void {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!viewport) return;
    const update = () => {
      const { dataset } = document.documentElement;
      if (viewport.height * viewport.scale < SHORT_REM * rem()) dataset["short"] = "";
      else delete dataset["short"];
      const zoomed = viewport.scale > 1.01;
      const covered = window.innerHeight - viewport.height > 80;
      const style = document.documentElement.style;
      if (covered && !zoomed) style.setProperty("--visible-height", `${viewport.height}px`);
      else style.removeProperty("--visible-height");
      if (covered && !zoomed) window.scrollTo(0, 0);
    };
    viewport.addEventListener("resize", update);
    update();
    return () => viewport.removeEventListener("resize", update);
  }, []);
}
