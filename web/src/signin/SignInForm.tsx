/** Sign-in without a password: e-mail, then the code from the mail. For customers and technicians alike. */
import { ArrowLeft } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useSession, type Challenge } from "../auth";
import { Button, Field } from "../ui/controls";
import { ProblemNotice, useCountdown } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import { CodeInput } from "./CodeInput";

/** A second mail right away helps nobody: the first is usually on its way. */
const RESEND_AFTER_MS = 30_000;

export function SignInForm({ onDone, hint }: { onDone: () => void; hint: string }) {
  const { auth } = useSession();
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState<{ challenge: Challenge; at: number } | null>(null);
  const request = useTask(async () => {
    setSent({ challenge: await auth.requestCode(email.trim()), at: Date.now() });
  });

  if (sent !== null) {
    return (
      <CodeStep
        email={email.trim()}
        challenge={sent.challenge.challenge}
        resendAt={sent.at + RESEND_AFTER_MS}
        request={request}
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
      <p className="text-[15px] leading-relaxed text-soft">{hint}</p>
      <Field
        id="sign-in-email"
        label="E-mail"
        type="email"
        required
        autoFocus
        autoComplete="email"
        inputMode="email"
        placeholder="you@example.com"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <ProblemNotice problem={request.problem} onRetry={() => void request.run()} />
      <Button type="submit" look="primary" wide busy={request.busy}>
        E-mail me a code
      </Button>
    </form>
  );
}

type CodeStepProps = {
  email: string;
  challenge: string;
  resendAt: number;
  request: {
    run: () => Promise<boolean>;
    busy: boolean;
    problem: ReturnType<typeof useTask>["problem"];
  };
  onBack: () => void;
  onDone: () => void;
};

function CodeStep({ email, challenge, resendAt, request, onBack, onDone }: CodeStepProps) {
  const { auth } = useSession();
  const [code, setCode] = useState("");
  const redeem = useTask(async (digits: string) => await auth.signIn({ challenge, code: digits }));
  const wait = useCountdown(resendAt);
  const submit = async (digits: string) => {
    if (await redeem.run(digits)) onDone();
  };
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(code);
      }}
    >
      <p id="code-hint" className="text-[15px] leading-relaxed text-soft">
        We've sent a 6-digit code to <strong className="font-semibold text-ink">{email}</strong>. It
        may take a minute; look in the spam folder, too.
      </p>
      <CodeInput
        value={code}
        onChange={(next) => {
          setCode(next);
          redeem.clear();
        }}
        onComplete={(digits) => void submit(digits)}
        invalid={redeem.problem?.code === "code_invalid"}
        describedBy="code-hint"
      />
      <ProblemNotice
        problem={redeem.problem}
        {...(redeem.problem?.code !== "code_invalid" && { onRetry: () => void submit(code) })}
      />
      <Button type="submit" look="primary" wide busy={redeem.busy} disabled={code.length < 6}>
        {code.length < 6 ? "Enter the 6 digits" : "Sign in"}
      </Button>
      <ProblemNotice problem={request.problem} />
      <div className="flex items-center justify-between">
        <Button
          look="quiet"
          size="small"
          icon={<ArrowLeft size={15} aria-hidden />}
          onClick={onBack}
        >
          Other e-mail
        </Button>
        <Button
          look="quiet"
          size="small"
          busy={request.busy}
          disabled={wait > 0}
          onClick={() => {
            setCode("");
            redeem.clear();
            void request.run();
          }}
        >
          {wait > 0 ? `Send again in ${wait} s` : "Send a new code"}
        </Button>
      </div>
    </form>
  );
}
