/** Spends the token of an e-mail's link by a POST, and goes to the conversation that it opens. */
import { ConvexHttpClient } from "convex/browser";
import { useCallback, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { api } from "../api";
import { isUnreachable, problemOf, useSession } from "../auth";
import { CONVEX_URL } from "../config";
import { Button } from "../ui/controls";
import { MessagePage } from "../ui/ErrorPage";
import { forgetMail } from "./mailToken";

export default function MailLink({ token, onOpened }: { token: string; onOpened: () => void }) {
  const { auth } = useSession();
  const [, navigate] = useLocation();
  const [error, setError] = useState<unknown>(null);
  const open = useCallback(async () => {
    setError(null);
    const http = new ConvexHttpClient(CONVEX_URL, { logger: false });
    let opened: string | null = null;
    try {
      await auth.adopt(async () => {
        const { conversationId, ...tokens } = await http.action(api.auth.openMailLink, { token });
        opened = conversationId;
        return tokens;
      });
    } catch (refused) {
      return setError(refused);
    }
    navigate(`/c/${opened}`, { replace: true });
    onOpened();
  }, [auth, token, navigate, onOpened]);
  const begun = useRef(false);
  useEffect(() => {
    // It works once.
    if (begun.current) return;
    begun.current = true;
    void open();
  }, [open]);
  if (error === null) return <MessagePage title="Opening your conversation…">{null}</MessagePage>;
  return (
    <MessagePage title="This link can't be opened">
      <p role="alert" className="text-soft">
        {problemOf(error).message}
      </p>
      {isUnreachable(error) && (
        <Button look="primary" onClick={() => void open()}>
          Try again
        </Button>
      )}
      <Button
        onClick={() => {
          forgetMail();
          window.location.assign("/");
        }}
      >
        Go to the support chat
      </Button>
    </MessagePage>
  );
}
