/** What a page does with the widget besides having it: a button of its own, and its own log-in. */
import { fetchToken } from "./token";

type Call = ["open" | "close" | "forget"] | ["identify", () => Promise<string>];
declare global {
  interface Window {
    /** Calls of before the script has loaded wait in an array; `push` works then and later. */
    ComputerGuys?: {
      push: (call: Call) => void;
      identify?: (token: () => Promise<string>) => Promise<void>;
      forget?: () => Promise<void>;
    };
  }
}

const queue: NonNullable<typeof window.ComputerGuys> = (window.ComputerGuys ??= [] as Call[]);
const said = document.querySelector("#said")!;
const chat = () => window.ComputerGuys ?? queue;
const on = (id: string, act: () => void) =>
  document.querySelector(id)?.addEventListener("click", act);

on("#ask", () => chat().push(["open"]));
on("#log-in", () => {
  said.textContent = "Logged in as Ada.";
  chat()
    .identify?.(() => fetchToken("ada"))
    .then(
      () => (said.textContent = "Logged in as Ada. The shop knows, too."),
      (error: unknown) => (said.textContent = String(error)),
    );
});
on("#log-out", () => {
  chat()
    .forget?.()
    .then(
      () => (said.textContent = "Logged out."),
      (error: unknown) => (said.textContent = String(error)),
    );
});
