/** E.164, and numbers that have had two forms of it. Pure, and small: whoever limits anything loads it. */

const E164 = /^\+[1-9]\d{6,14}$/;
/** What can be answered: short codes and senders' names can't. */
export const isE164 = (from: string): boolean => E164.test(from);

/**
 * Numbers that were made longer or shorter, as they are now and as they were: carriers still send from the old ones.
 * Mexico's mobiles had a 1, Argentina's have a 9 from abroad, Brazil's got a 9, Benin's numbers a 01.
 */
const RENUMBERED = [
  { now: /^\+52([2-9]\d{9})$/, before: /^\+521([2-9]\d{9})$/, toNow: "+52$1", toBefore: "+521$1" },
  { now: /^\+549([1-3]\d{9})$/, before: /^\+54([1-3]\d{9})$/, toNow: "+549$1", toBefore: "+54$1" },
  {
    now: /^\+55([1-9]\d)9([6-9]\d{7})$/,
    before: /^\+55([1-9]\d)([6-9]\d{7})$/,
    toNow: "+55$19$2",
    toBefore: "+55$1$2",
  },
  { now: /^\+22901(\d{8})$/, before: /^\+229(\d{8})$/, toNow: "+22901$1", toBefore: "+229$1" },
];

/** The number itself and, where it was renumbered, its other form: one person's, whichever a carrier sends. */
export function listPhoneForms(number: string): string[] {
  for (const { now, before, toNow, toBefore } of RENUMBERED) {
    if (now.test(number)) return [number, number.replace(now, toBefore)];
    if (before.test(number)) return [number, number.replace(before, toNow)];
  }
  return [number];
}

export const isSamePhone = (a: string, b: string): boolean => listPhoneForms(a).includes(b);

/** As it is now. Argentina's stays as it was typed: without its 9 it may be a telephone on a wall. */
export function renumberPhone(number: string): string {
  const rule = RENUMBERED.find(({ before }) => before.test(number));
  return rule === undefined || number.startsWith("+54")
    ? number
    : number.replace(rule.before, rule.toNow);
}
