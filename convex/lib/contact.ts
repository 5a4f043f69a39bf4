/** How to reach somebody, as they or the model said it. Apart from `text.ts`: few calls need to know the countries' codes. */
import { parsePhone } from "./phone";
import { cleanText, normalizeEmail } from "./text";

/** Normalized, or `invalid_input` or `too_large`; `home` as of `parsePhone`. */
export function normalizeContact(
  contact: { name?: string; email?: string; phone?: string },
  home: string,
) {
  const checked: typeof contact = {};
  if (contact.name !== undefined) checked.name = cleanText("The name", contact.name, 100);
  if (contact.email !== undefined) checked.email = normalizeEmail(contact.email);
  if (contact.phone !== undefined) checked.phone = parsePhone(contact.phone, home);
  return checked;
}
