/** What the README's `Chat` needs around it: a visitor's session, a conversation, and something that asks. */
import { ConvexReactClient, useConvexAuth, useMutation } from "convex/react";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { Chat } from "readme:chat";
import { api, type Id } from "../../src/api";
import { createBrowserAuth, SupportAuthProvider } from "../../src/auth";
import { CONVEX_URL } from "../../src/config";

const auth = createBrowserAuth(CONVEX_URL, api.auth, "readme");
const convex = new ConvexReactClient(CONVEX_URL, { initialAuthTokenReuse: true });

function Page() {
  const { isAuthenticated } = useConvexAuth();
  const create = useMutation(api.conversations.createConversation);
  const send = useMutation(api.messages.sendMessage);
  const [conversationId, setConversationId] = useState<Id<"conversations"> | null>(null);
  useEffect(() => {
    if (!isAuthenticated) void auth.ensureSession();
    else void create({}).then((created) => setConversationId(created.conversationId));
  }, [isAuthenticated, create]);
  if (conversationId === null) return null;
  const ask = (form: FormData) => void send({ conversationId, text: form.get("text") as string });
  return (
    <>
      <Chat conversationId={conversationId} />
      <form action={ask}>
        <input name="text" aria-label="Your message" />
      </form>
    </>
  );
}

createRoot(document.getElementById("root")!).render(
  <SupportAuthProvider auth={auth} client={convex}>
    <Page />
  </SupportAuthProvider>,
);
