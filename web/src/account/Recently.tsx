/** What changes how one signs in needs a sign-in of a moment ago; whoever has none does that first. */
import { useQuery } from "convex/react";
import { useState, type ReactNode } from "react";
import { api } from "../api";
import { isAccount, useSession, type Challenge } from "../auth";
import { CodeForm } from "../signin/CodeForm";
import { Button, Spinner } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { formatPhone } from "../ui/phone";
import { useNow } from "../ui/useNow";
import { useTask } from "../ui/useTask";

/** A little less than the ten minutes that the backend allows: the digits take a moment to type. */
const RECENT_MS = 8 * 60_000;

export function Recently({ children }: { children: ReactNode }) {
  const { user, sessionId } = useSession();
  const sessions = useQuery(api.auth.listSessions, sessionId === null ? "skip" : {});
  const now = useNow(null);
  // Whatever this machine's clock says: a code was just given.
  const [proved, setProved] = useState(false);
  if (!isAccount(user) || proved) return children;
  const current = sessions?.find((one) => one.current);
  if (current === undefined) return <Spinner />;
  return now - current.createdAt < RECENT_MS ? (
    children
  ) : (
    <SignInAgain onDone={() => setProved(true)} />
  );
}

function SignInAgain({ onDone }: { onDone: () => void }) {
  const { auth, user } = useSession();
  const [sent, setSent] = useState<{ challenge: Challenge; at: number } | null>(null);
  const address = user?.emailVerified ? { email: user.email ?? "" } : { phone: user?.phone ?? "" };
  const shown = "email" in address ? address.email : formatPhone(address.phone);
  const request = useTask(async () => {
    setSent({ challenge: await auth.requestCode(address), at: Date.now() });
  });
  if (sent !== null) {
    const { challenge } = sent.challenge;
    return (
      <CodeForm
        address={address}
        sentAt={sent.at}
        request={request}
        act="Go on"
        redeem={(code) => auth.signIn({ challenge, code })}
        onBack={() => setSent(null)}
        onDone={onDone}
      />
    );
  }
  return (
    <div className="flex flex-col gap-4">
      <p className="text-[0.9375rem] leading-relaxed text-soft">
        To be sure that it is you, we first send a code to{" "}
        <strong className="font-semibold text-ink">{shown}</strong>.
      </p>
      <ProblemNotice problem={request.problem} onRetry={() => void request.run()} />
      <Button look="primary" wide busy={request.busy} onClick={() => void request.run()}>
        Send me a code
      </Button>
    </div>
  );
}
