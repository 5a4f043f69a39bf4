/** The README's first snippet: `vite.config.ts` reads it from the page. */
declare module "readme:chat" {
  export function Chat(props: {
    conversationId: import("../../src/api").Id<"conversations">;
  }): import("react").ReactNode;
}
