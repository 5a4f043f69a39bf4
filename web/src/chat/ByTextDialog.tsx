/** Going on by text: a number, the code that proves it, the customer's word; and the way to stop it. */
import { useMutation, useQuery } from "convex/react";
import { Recently } from "../account/Recently";
import { VerifyPhone } from "../account/VerifyPhone";
import { api, type ConversationId } from "../api";
import { SessionBoundary, useSession } from "../auth";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import { endOf } from "./phoneWords";

type Props = { conversationId: ConversationId | null; onClose: () => void };

export function ByTextDialog({ open, ...props }: Props & { open: boolean }) {
  return (
    <Dialog open={open} onClose={props.onClose} title="Continue by text" testId="by-text-dialog">
      {/* A code makes another session: what it proves is asked for again, as that one. */}
      <SessionBoundary fallback={() => null}>
        <Steps {...props} />
      </SessionBoundary>
    </Dialog>
  );
}

function Steps({ conversationId, onClose }: Props) {
  const { sessionId } = useSession();
  const known = conversationId !== null && sessionId !== null;
  const me = useQuery(api.users.me, known ? {} : "skip");
  const conversation = useQuery(api.conversations.get, known ? { conversationId } : "skip");
  if (!known || me === undefined || conversation === undefined) return null;
  if (me.phone === undefined || !me.phoneVerified) {
    return (
      <Recently>
        <VerifyPhone
          hint="We text you a code first, to be sure that the number is yours."
          onDone={() => undefined}
        />
      </Recently>
    );
  }
  return (
    <Consent
      conversationId={conversationId}
      phone={me.phone}
      optedOut={me.smsConsent === "revoked"}
      goesOn={conversation.byTextSince !== undefined}
      onClose={onClose}
    />
  );
}

function Consent({
  conversationId,
  phone,
  optedOut,
  goesOn,
  onClose,
}: {
  conversationId: ConversationId;
  phone: string;
  optedOut: boolean;
  goesOn: boolean;
  onClose: () => void;
}) {
  const continueByText = useMutation(api.conversations.continueByText);
  const task = useTask(async (on: boolean) => {
    await continueByText({ conversationId, on });
    onClose();
  });
  return (
    <div className="flex flex-col gap-4">
      <p className="text-[0.9375rem] leading-relaxed text-soft">
        {optedOut
          ? "You have opted out of our texts. Text START to our number to get them again."
          : goesOn
            ? `Texts go to ${endOf(phone)} while this page is closed. Answer them from your phone: everything stays in this conversation.`
            : `When this page is closed, we text answers to ${endOf(phone)}. Message and data rates may apply. Reply STOP at any time.`}
      </p>
      <ProblemNotice problem={task.problem} />
      {goesOn ? (
        <Button wide busy={task.busy} onClick={() => void task.run(false)}>
          Stop texts for this conversation
        </Button>
      ) : (
        !optedOut && (
          <Button look="primary" wide busy={task.busy} onClick={() => void task.run(true)}>
            Text me at {endOf(phone)}
          </Button>
        )
      )}
    </div>
  );
}
