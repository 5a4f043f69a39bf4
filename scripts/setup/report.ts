/** The last words of a set-up: what is there, what is missing and what that means, what to do next. */
import { missing, realAdmins, seeded, type State } from "./plan";

export function report(state: State, prod: boolean): string[] {
  const lines = [...whatIsSet(state), ...whatIsMissing(state)];
  if (state.app === null) return lines;
  const { url, siteUrl } = state.app;
  return [
    ...lines,
    "",
    `Deployment    ${url}`,
    `HTTP actions  ${siteUrl}`,
    "",
    "Next",
    ...next(state, url, prod).map((line) => `  ${line}`),
  ];
}

function whatIsSet(state: State): string[] {
  const names = [...state.variables].sort();
  const admins = realAdmins(state);
  const shop = state.app?.seed;
  return [
    "",
    `Set           ${names.join(", ") || "nothing"}`,
    `Admins        ${admins.join(", ") || "none: nobody can open the desk. Run this with --admin EMAIL"}`,
    ...(shop === undefined
      ? []
      : [
          `Example shop  ${seeded(state) ? "read in" : `${shop.published} of ${shop.total} documents`}`,
        ]),
  ];
}

function whatIsMissing(state: State): string[] {
  const lines = missing(state.variables);
  if (state.secret === "rotating") {
    lines.push("A rotation is under way: end it with --finish-rotation (when: docs/deploy.md)");
  }
  return lines.length === 0 ? [] : ["", "Not set", ...lines.map((line) => `  ${line}`)];
}

function next(state: State, url: string, prod: boolean): string[] {
  const [admin] = realAdmins(state);
  const mail = state.variables.has("RESEND_API_KEY");
  return [
    `VITE_CONVEX_URL=${url} npx pnpm --filter ./web ${prod ? "build    # then host web/dist" : "dev"}`,
    admin === undefined
      ? "Make yourself an admin: npx pnpm run setup --admin you@your-domain --name You"
      : mail
        ? `Sign in at /desk of the web client as ${admin}: the code comes by e-mail`
        : `Set RESEND_API_KEY, so that ${admin} can sign in at /desk`,
    ...(seeded(state) ? [] : ["Write the shop's own documents: docs/deploy.md, step 9"]),
  ];
}
