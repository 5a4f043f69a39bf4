/** Who may sit at the desk: technicians and admins. Everybody else is told so in a friendly way. */
import type { ReactNode } from "react";
import { useSession } from "../auth";
import { SignInForm } from "../signin/SignInForm";
import { Button } from "../ui/controls";
import { MessagePage } from "../ui/ErrorPage";
import { Logo } from "../ui/Logo";
import { useShopName } from "../ui/useShopName";

export function DeskGate({ children }: { children: ReactNode }) {
  const { user, auth, endedByServer } = useSession();
  const shop = useShopName();
  if (user === null) {
    return (
      <main className="scroll-calm grid h-page place-items-center p-5">
        <div
          className="w-full max-w-sm rounded-3xl border border-line bg-surface p-7 shadow-raised"
          data-testid="desk-sign-in"
        >
          <Logo size={44} />
          <h1 className="mt-4 mb-2 text-xl font-semibold tracking-tight">{shop} desk</h1>
          <SignInForm
            onDone={() => undefined}
            hint={
              endedByServer
                ? "Your session has ended. Sign in again to go on."
                : "Sign in with your work e-mail or your number. We'll send you a code."
            }
          />
        </div>
      </main>
    );
  }
  if (user.role === "customer") {
    return (
      <MessagePage title="This desk is for our technicians">
        <p className="text-soft" data-testid="desk-refusal">
          You're signed in{user.email ? ` as ${user.email}` : ""}, which is a customer's account. If
          you work here, ask an admin to give you the technician role.
        </p>
        <div className="flex flex-wrap justify-center gap-2">
          <Button look="primary" onClick={() => window.location.assign("/")}>
            Go to the support chat
          </Button>
          <Button onClick={() => void auth.signOut()}>Use another account</Button>
        </div>
      </MessagePage>
    );
  }
  return children;
}
