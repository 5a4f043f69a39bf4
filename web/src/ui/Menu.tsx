/** A button that opens a menu of acts: arrow keys walk through it, Escape gives focus back. */
import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { Button } from "./controls";

export type MenuItem = { label: string; icon: ReactNode; onSelect: () => void };

export function Menu({
  label,
  icon,
  items,
}: {
  label: string;
  icon: ReactNode;
  items: readonly MenuItem[];
}) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const menuId = useId();
  const opener = () => root.current?.querySelector<HTMLElement>("[aria-haspopup]");
  const close = () => {
    setOpen(false);
    opener()?.focus();
  };
  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const onPointer = ({ target }: PointerEvent) => {
      if (target instanceof Node && root.current?.contains(target) !== true) setOpen(false);
    };
    document.addEventListener("pointerdown", onPointer);
    return () => document.removeEventListener("pointerdown", onPointer);
  }, [open]);

  return (
    <div
      ref={root}
      className="relative"
      onKeyDown={(event) => {
        if (!open) return;
        if (event.key === "Escape") close();
        else if (event.key === "Tab") setOpen(false);
        else if (moveFocus(event.currentTarget, event.key)) event.preventDefault();
      }}
    >
      <Button
        size="small"
        icon={icon}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? menuId : undefined}
        onClick={() => setOpen(!open)}
      >
        {label}
      </Button>
      {open && (
        <div
          id={menuId}
          role="menu"
          aria-label={label}
          className="absolute top-full right-0 z-20 mt-1.5 w-max max-w-[calc(100vw-2rem)] min-w-52 animate-rise rounded-2xl border border-line bg-surface p-1.5 shadow-float"
        >
          {items.map(({ label, icon, onSelect }) => (
            <button
              key={label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                // First the focus: a dialog that opens gives it back to whoever had it.
                close();
                onSelect();
              }}
              className="flex w-full items-center gap-2.5 rounded-xl px-3 py-2 text-left text-sm text-ink hover:bg-sunken focus-visible:bg-sunken [&_svg]:shrink-0 [&_svg]:text-soft"
            >
              {icon}
              {label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** True if the key was one that moves through the items. */
function moveFocus(menu: HTMLElement, key: string): boolean {
  const items = [...menu.querySelectorAll<HTMLElement>("[role=menuitem]")];
  const at = items.findIndex((item) => item === document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[key];
  if (next === undefined) return false;
  items.at(next % items.length)?.focus();
  return true;
}
