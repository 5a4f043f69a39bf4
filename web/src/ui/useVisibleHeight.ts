/**
 * Keeps `--visible-height` at what the on-screen keyboard leaves free. Safari on iOS lays the keyboard
 * over the page instead of resizing it, and would push the composer out of sight.
 */
import { useEffect } from "react";

export function useVisibleHeight(): void {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!viewport) return;
    const update = () => {
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
