/**
 * Sign-in without a password: an e-mail address or a phone number, then the code that went there. For customers and
 * technicians alike.
 */
import { useState, type FormEvent } from "react";
import { useSession, type Challenge } from "../auth";
import { Button, Field } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import { addressOf } from "./address";
import { CodeForm } from "./CodeForm";

export function SignInForm({ onDone, hint }: { onDone: () => void; hint: string }) {
  const { auth } = useSession();
  const [typed, setTyped] = useState("");
  const [sent, setSent] = useState<{ challenge: Challenge; at: number } | null>(null);
  const address = addressOf(typed);
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
        act="Sign in"
        redeem={(code) => auth.signIn({ challenge, code })}
        onBack={() => setSent(null)}
        onDone={onDone}
      />
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void request.run();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <p className="text-[0.9375rem] leading-relaxed text-soft">{hint}</p>
      <Field
        id="sign-in-address"
        label="E-mail or mobile number"
        required
        autoFocus
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        // Keyboards for e-mail have the digits, too; those for numbers have no letters.
        inputMode="email"
        placeholder="you@example.com"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          request.clear();
        }}
      />
      <ProblemNotice
        problem={request.problem}
        {...(request.problem?.code !== "invalid_input" && { onRetry: () => void request.run() })}
      />
      <Button type="submit" look="primary" wide busy={request.busy}>
        {"phone" in address ? "Text me a code" : "E-mail me a code"}
      </Button>
    </form>
  );
}
