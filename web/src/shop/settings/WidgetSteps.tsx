/** The widget: which pages may show it, the tag that puts it there, and how to see that it answers. */
import { Check, CircleAlert, CircleDashed } from "lucide-react";
import type { ReactNode } from "react";
import { readWidgetHosts } from "../../../widgetHosts";
import { CopyButton } from "../../thread/CopyButton";

const LOOKS = {
  done: { Icon: Check, look: "text-accent", words: "Done: " },
  wrong: { Icon: CircleAlert, look: "text-danger", words: "To do: " },
  open: { Icon: CircleDashed, look: "text-faint", words: "Open: " },
};

export function Step({ how, children }: { how: keyof typeof LOOKS; children: ReactNode }) {
  const { Icon, look, words } = LOOKS[how];
  return (
    <li className="flex items-start gap-2">
      <Icon size={16} aria-hidden className={`mt-0.5 shrink-0 ${look}`} />
      <span className="min-w-0">
        <span className="sr-only">{words}</span>
        {children}
      </span>
    </li>
  );
}

const LINK = "font-medium text-accent underline underline-offset-4";

export function WidgetSteps() {
  const hosts = readWidgetHosts(import.meta.env["VITE_WIDGET_HOSTS"] as string | undefined);
  const tag = `<script async src="${location.origin}/widget.js"></script>`;
  return (
    <>
      <Step how={hosts.length > 0 ? "done" : "wrong"}>
        {hosts.length > 0
          ? `Pages that may show it: ${hosts.join(", ")}`
          : "No page may show it: build the web client with VITE_WIDGET_HOSTS."}
      </Step>
      <li className="flex flex-col gap-1">
        <span>The tag for these pages:</span>
        <span className="flex items-center gap-1">
          <code className="min-w-0 flex-1 rounded-lg bg-sunken px-2 py-1.5 text-[0.8125rem] [overflow-wrap:anywhere]">
            {tag}
          </code>
          <CopyButton words={() => tag} label="Copy the tag" />
        </span>
      </li>
      <li className="flex flex-wrap gap-x-4 gap-y-1">
        <a className={LINK} href="/widget.js" target="_blank" rel="noreferrer">
          See that its address answers
        </a>
        <a className={LINK} href="/" target="_blank" rel="noreferrer">
          Write a test message in the chat
        </a>
      </li>
    </>
  );
}
