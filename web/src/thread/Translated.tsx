/** What staff see of a message in two languages: one of them, the other a click away. Customers' copies have no second. */
import { useState } from "react";
import type { PublicMessage } from "../api";
import { Button } from "../ui/controls";

export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(undefined, { type: "language" }).of(code) ?? code;
  } catch {
    // Three letters that no browser knows.
    return code;
  }
}

/** Of a customer's words their translation is shown first; of a technician's what the customer has got. */
export function useTranslated(message: PublicMessage | undefined) {
  const [swapped, setSwapped] = useState(false);
  const { translation, original } = message ?? {};
  const isTranslated = translation !== undefined && translation.language !== translation.to;
  const other = isTranslated ? translation.text : original?.text;
  const showsOther = other !== undefined && swapped !== isTranslated;
  const words = isTranslated
    ? showsOther
      ? `Show the original (${languageName(translation.language)})`
      : "Show the translation"
    : showsOther
      ? "Show what was sent"
      : `Sent in ${languageName(original?.to ?? "")}. Show what was written`;
  return {
    text: showsOther ? other : undefined,
    button:
      other === undefined ? null : (
        <Button look="quiet" size="small" onClick={() => setSwapped(!swapped)}>
          {words}
        </Button>
      ),
  };
}
