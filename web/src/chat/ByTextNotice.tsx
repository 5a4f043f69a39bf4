/** While a person has the conversation: the offer to go on by text, or where the texts go. */
import { Smartphone } from "lucide-react";
import { useQuery } from "convex/react";
import { api, type PublicConversation } from "../api";
import { Button } from "../ui/controls";
import { endOf } from "./phoneWords";

export function ByTextNotice({
  conversation,
  onOpen,
}: {
  conversation: PublicConversation;
  onOpen: () => void;
}) {
  const goesOn = conversation.byTextSince !== undefined;
  const me = useQuery(api.users.me, goesOn ? {} : "skip");
  const byPeople = conversation.owner !== "ai" && conversation.status === "open";
  if (conversation.channel !== "web" || !(goesOn || byPeople)) return null;
  return (
    <section
      aria-label="Continue by text"
      data-testid="by-text"
      className="mb-2 flex items-center gap-2.5 px-1 text-sm text-soft"
    >
      <Smartphone size={16} aria-hidden className="shrink-0 text-person" />
      <p className="min-w-0 flex-1 leading-snug">
        {!goesOn
          ? "Have to go? We can text you the answer."
          : me?.phone && me.smsConsent === "granted"
            ? `While you're away, texts go to ${endOf(me.phone)}.`
            : "Texts are paused."}
      </p>
      <Button look="quiet" size="small" onClick={onOpen}>
        {goesOn ? "Change" : "Continue by text"}
      </Button>
    </section>
  );
}
