/**
 * `/mail/unsubscribe`: where the link at the end of a mail leads. A GET does nothing, since what follows links in mails
 * gets them all: it shows a button, whose POST ends such mail. Mail programs post by themselves (RFC 8058).
 */
import { internal } from "../_generated/api";
import type { ActionCtx } from "../_generated/server";
import type { Route } from "./router";

export const MAIL_ROUTES: Route[] = [
  { path: "/mail/unsubscribe", method: "GET", readers: "nobody", page: true, handler: askFirst },
  { path: "/mail/unsubscribe", method: "POST", readers: "nobody", page: true, handler: endMail },
];

async function askFirst(ctx: ActionCtx): Promise<Response> {
  const shop = await ctx.runQuery(internal.shop.name, {});
  const button = `<form method="post"><button>No more e-mails</button></form>`;
  return pageOf(`Answers of ${shop} by e-mail`, "Nothing more will be mailed to you.", button);
}

/** The token is in the address; what the form or the mail program says besides is not needed. */
async function endMail(ctx: ActionCtx, request: Request): Promise<Response> {
  const token = new URL(request.url).searchParams.get("of") ?? "";
  if (await ctx.runMutation(internal.mail.unsubscribe, { token })) {
    return pageOf(
      "Done",
      "No answers are mailed to you any more. On our page they are still there.",
    );
  }
  return pageOf(
    "That link is not whole",
    "Copy all of it from the e-mail, and open it again.",
    "",
    404,
  );
}

function pageOf(title: string, text: string, more = "", status = 200): Response {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>${more}</main></html>`;
  return new Response(html, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** What we say has a shop's name in it. */
const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
