/** The README's first snippet: `vite.config.ts` reads it from the page. */
declare module "readme:chat" {
  import type { Id } from "@computer-guys/support-backend/api";
  import type { ReactNode } from "react";

  export function Chat(props: { conversationId: Id<"conversations"> }): ReactNode;
}
