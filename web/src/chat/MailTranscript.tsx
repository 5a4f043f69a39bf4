/** The conversation as a file, mailed to the address that the account was signed in with. */
import { useAction } from "convex/react";
import { Mail } from "lucide-react";
import { useState } from "react";
import { api, type ConversationId } from "../api";
import { useAnnounce } from "../ui/announce";
import { Button } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";

export function MailTranscript({ conversationId }: { conversationId: ConversationId }) {
  const announce = useAnnounce();
  const mail = useAction(api.transcripts.mailTranscript);
  const [sentTo, setSentTo] = useState<string | null>(null);
  const { run, busy, problem } = useTask(async () => {
    setSentTo(null);
    const { to } = await mail({ conversationId });
    setSentTo(to);
    announce(`Sent to ${to}.`);
  });
  return (
    <>
      <Button
        look="quiet"
        size="small"
        busy={busy}
        icon={<Mail size={15} aria-hidden />}
        onClick={() => void run()}
      >
        E-mail a copy
      </Button>
      {sentTo !== null && (
        <p data-testid="transcript-sent" className="w-full px-3 text-sm break-words text-soft">
          Sent to {sentTo}.
        </p>
      )}
      {problem !== null && (
        <div className="w-full px-3">
          <ProblemNotice problem={problem} />
        </div>
      )}
    </>
  );
}
