/** What a shop would change first: its name and number, its deployment, its example questions. */
import { LOCAL_DEPLOYMENT } from "../deployment";

/** Until an admin has set it on the first day's page, and as `index.html` has it. */
export const SHOP_NAME = "Computer Guys";
/** As `index.html` has it, for whoever has no JavaScript. */
export const SHOP_PHONE = "(614) 555-0142";

/** Whose numbers are written without a country's code. */
export const HOME_COUNTRY = "US";

export const CONVEX_URL: string =
  (import.meta.env["VITE_CONVEX_URL"] as string | undefined) ?? LOCAL_DEPLOYMENT;

export const EXAMPLE_QUESTIONS = [
  "How much is a screen replacement and how long does it take?",
  "My laptop is slow and hot. What can I try first?",
  "Can you get my files back from a dead drive?",
  "When are you open, and do I need an appointment?",
] as const;
