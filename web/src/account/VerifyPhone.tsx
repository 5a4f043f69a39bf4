/** Shows that a number is the caller's: the number, then the code that was texted there. Guests become accounts by it. */
import { useState } from "react";
import { api } from "../api";
import { useSession, type Challenge } from "../auth";
import { CodeForm } from "../signin/CodeForm";
import { Button, Field } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";

export function VerifyPhone({ hint, onDone }: { hint: string; onDone: () => void }) {
  const { auth } = useSession();
  const [phone, setPhone] = useState("");
  const [sent, setSent] = useState<{ challenge: Challenge; at: number } | null>(null);
  const request = useTask(async () => {
    setSent({ challenge: await auth.requestCode({ phone: phone.trim() }), at: Date.now() });
  });

  if (sent !== null) {
    const { challenge } = sent.challenge;
    return (
      <CodeForm
        address={{ phone: phone.trim() }}
        sentAt={sent.at}
        request={request}
        act="Confirm the number"
        redeem={(code) => auth.verify(api.users.verifyPhone, { challenge, code })}
        onBack={() => setSent(null)}
        onDone={onDone}
      />
    );
  }
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void request.run();
      }}
    >
      <p className="text-[0.9375rem] leading-relaxed text-soft">{hint}</p>
      <Field
        id="verify-phone"
        label="Mobile number"
        type="tel"
        required
        autoFocus
        autoComplete="tel"
        inputMode="tel"
        placeholder="(614) 555-0142"
        value={phone}
        onChange={(event) => {
          setPhone(event.target.value);
          request.clear();
        }}
      />
      <ProblemNotice
        problem={request.problem}
        {...(request.problem?.code !== "invalid_input" && { onRetry: () => void request.run() })}
      />
      <Button type="submit" look="primary" wide busy={request.busy}>
        Text me a code
      </Button>
    </form>
  );
}
