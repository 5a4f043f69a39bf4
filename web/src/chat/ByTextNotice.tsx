/** While a person has the conversation: the offer to go on by text, or where the texts go. */
import { Smartphone } from "lucide-react";
import { useQuery } from "convex/react";
import { api, type PublicConversation } from "../api";
import { Button } from "../ui/controls";
import { endOf } from "./phoneWords";

/** Not while somebody waits: then the card of the queue says it (`QueueNotice.tsx`). */
export function ByTextNotice({
  conversation: { channel, owner, status, byTextSince },
  onOpen,
}: {
  conversation: PublicConversation;
  onOpen: () => void;
}) {
  const goesOn = byTextSince !== undefined;
  const waits = owner === "queue" && status === "open";
  const byPerson = owner === "human" && status === "open";
  if (channel !== "web" || waits || !(goesOn || byPerson)) return null;
  return (
    <section
      aria-label="Continue by text"
      className="mb-2 flex items-center gap-2.5 px-1 text-sm text-soft short:hidden"
    >
      <Smartphone size={16} aria-hidden className="shrink-0 text-person" />
      {goesOn ? (
        <TextsGoTo onChange={onOpen} />
      ) : (
        <>
          <p className="min-w-0 flex-1 leading-snug">Have to go? We can text you the answer.</p>
          <Button look="quiet" size="small" onClick={onOpen}>
            Continue by text
          </Button>
        </>
      )}
    </section>
  );
}

export function TextsGoTo({ onChange }: { onChange: () => void }) {
  const me = useQuery(api.users.me, {});
  return (
    <div className="flex min-w-0 flex-1 items-center gap-2" data-testid="by-text">
      <p className="min-w-0 flex-1 leading-snug">
        {me?.phone && me.smsConsent === "granted"
          ? `While you're away, texts go to ${endOf(me.phone)}.`
          : "Texts are paused."}
      </p>
      <Button look="quiet" size="small" onClick={onChange}>
        Change
      </Button>
    </div>
  );
}
