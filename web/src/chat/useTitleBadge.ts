/** Puts the number of unread answers in the tab's title while nobody is looking. */
import { useEffect } from "react";
import { useDocumentVisible } from "../conversation/browser";

export function useTitleBadge(title: string, unread: number): void {
  const visible = useDocumentVisible();
  useEffect(() => {
    document.title = unread > 0 && !visible ? `(${unread}) New answer · ${title}` : title;
  }, [title, unread, visible]);
}
