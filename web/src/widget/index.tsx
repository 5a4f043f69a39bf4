/**
 * The widget in React: the script tag's chat, without the tag. Published as `@computer-guys/support-web/widget`; it
 * renders nothing itself, on a server nothing at all.
 */
import { useEffect, useImperativeHandle, useRef, type Ref } from "react";
import { createWidget, type IdentityToken, type Widget, type WidgetOptions } from "./host";

export { WidgetError, type IdentityToken, type WidgetOptions } from "./host";

export type SupportWidgetApi = Pick<Widget, "open" | "close" | "forget">;

export type SupportWidgetProps = WidgetOptions & {
  /** Who the visitor is (docs/widget.md). A new `visitor` is told anew; `null` forgets the one before. */
  identity?: { visitor: string; token: IdentityToken } | null | undefined;
  /** Who was refused, and why. */
  onIdentityError?: ((error: unknown) => void) | undefined;
  ref?: Ref<SupportWidgetApi>;
};

export function SupportWidget(props: SupportWidgetProps): null {
  const { origin, accent, accentDark, scheme, side, label, title, identity, ref } = props;
  const widget = useRef<Widget | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    const made = createWidget({
      ...{ origin, accent, accentDark, scheme, side, label, title },
      onUnread: (unread) => latest.current.onUnread?.(unread),
      onOpenChange: (open) => latest.current.onOpenChange?.(open),
    });
    widget.current = made;
    return () => {
      widget.current = null;
      made.remove();
    };
  }, [origin, accent, accentDark, scheme, side, label, title]);
  const visitor = identity === undefined ? undefined : (identity?.visitor ?? null);
  const told = useRef<string | null | undefined>(undefined);
  useEffect(() => {
    const before = told.current;
    told.current = visitor;
    if (visitor === undefined || widget.current === null) return;
    const { identity: now, onIdentityError } = latest.current;
    const task = now
      ? widget.current.identify(now.token)
      : before
        ? widget.current.forget()
        : Promise.resolve();
    task.catch((error: unknown) => onIdentityError?.(error));
  }, [visitor, origin]);
  useImperativeHandle(ref, () => ({
    open: () => widget.current?.open(),
    close: () => widget.current?.close(),
    forget: async () => widget.current?.forget(),
  }));
  return null;
}
