/** The page that shows the mails to a person trying the demo. No scripts; everything is escaped. */
import { escapeHtml } from "../html";
import type { Mail } from "./mailbox";

/** The text of a mail; an HTML-only mail is shown as text, never rendered. */
function textOf(mail: Mail): string {
  if (mail.text) return mail.text.trim();
  return (mail.html ?? "")
    .replace(/<(style|script|head)\b[\s\S]*?<\/\1>/gi, "")
    .replace(/<br\s*\/?>|<\/(?:p|div|h\d|li|tr)>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&nbsp;/g, " ")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&")
    .replace(/[ \t]+/g, " ")
    .replace(/\n\s*\n\s*/g, "\n\n")
    .trim();
}

function card(mail: Mail): string {
  const text = textOf(mail);
  const code = /(?<!\d)\d{6}(?!\d)/.exec(`${text} ${mail.subject}`)?.[0];
  const time = new Date(mail.at).toISOString();
  return `<article>
  <header><h2>${escapeHtml(mail.subject)}</h2><time datetime="${time}">${time.slice(11, 19)} UTC</time></header>
  <p class="who">To <b>${escapeHtml(mail.to.join(", "))}</b> from ${escapeHtml(mail.from)}</p>
  ${code ? `<p class="code" aria-label="sign-in code">${code}</p>` : ""}
  <pre>${escapeHtml(text)}</pre>
  ${mail.attachments.map(({ filename, content }) => `<details><summary>${escapeHtml(filename)}</summary><pre>${escapeHtml(Buffer.from(content, "base64").toString())}</pre></details>`).join("")}
  ${mail.replyTo.length > 0 ? `<p class="note"><a href="/resend/inbox?answer=${mail.id}">Answer this mail</a></p>` : ""}
</article>`;
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 42rem; margin: 0 auto; padding: 2rem 1rem; background: Canvas; color: CanvasText; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.05rem; margin: 0; }
.note, .who, time { color: color-mix(in srgb, CanvasText 65%, Canvas); font-size: .875rem; }
article { border: 1px solid color-mix(in srgb, CanvasText 18%, Canvas); border-radius: 12px; padding: 1rem 1.25rem; margin: 1rem 0; }
header { display: flex; justify-content: space-between; gap: 1rem; align-items: baseline; }
.who { margin: .25rem 0 .75rem; overflow-wrap: anywhere; }
.code { font: 600 1.75rem/1.2 ui-monospace, monospace; letter-spacing: .2em; margin: .5rem 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: 0; }`;

export function renderInbox(mails: Mail[], to: string | undefined): string {
  const whose = to ? ` for ${escapeHtml(to)}` : "";
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="2">
<title>Local inbox${whose}</title><style>${STYLE}</style></head>
<body>
<h1>Local inbox${whose}</h1>
<p class="note">Mail the shop sent on this machine. Nothing leaves it. The page refreshes by itself.</p>
${mails.length > 0 ? mails.map(card).join("\n") : "<p>No mail yet. Ask for a sign-in code and it will appear here.</p>"}
</body></html>`;
}

/** One mail, and room to answer it. This page stands still: what is typed stays. */
export function renderAnswer(mail: Mail): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Answer</title><style>${STYLE}
textarea { box-sizing: border-box; width: 100%; min-height: 8rem; font: inherit; } button { font: inherit; padding: .4rem 1rem; }</style></head>
<body>
<h1>Answer to ${escapeHtml(mail.from)}</h1>
<form method="post" action="/resend/inbox">
  <input type="hidden" name="mail" value="${mail.id}">
  <p><label for="text">As ${escapeHtml(mail.to.join(", "))}</label></p>
  <textarea id="text" name="text" required autofocus></textarea>
  <p><button>Send</button></p>
</form>
${card(mail)}
</body></html>`;
}
