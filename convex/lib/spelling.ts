/**
 * Typing errors in the words that rules decide by: a letter too many or missing, two that changed places, a wrong
 * vowel. The first letter is right, as people type. Pure; a word costs one look at each word of its length.
 */

/** The words that are looked for, each six letters or longer: shorter ones are too near to other words. */
const WORDS =
  "battery batteries charger charging computer laptop macbook iphone keyboard printer monitor screen adapter router desktop tablet " +
  "smoking burning sparking sparked sparks exploded exploding melting melted shocked electric electrocuted swollen swelling " +
  "bulging bloated inflated pregnant hissing flames plastic punctured " +
  "person people representative representatives technician technicians operator manager supervisor specialist employee " +
  "customer service support somebody someone anybody connect transfer please chatbot machine automated actual " +
  "refund reimburse chargeback dispute charged overcharged charges lawyer attorney lawsuit complaint illegal " +
  "deleted erased formatted corrupted disappeared vanished recover pictures photos documents accidentally " +
  "ransomware bitcoin encrypted hackers scammed scammer scammers access remote caller microsoft teamviewer " +
  "working helped nothing problem difference " +
  "unsubscribe messages message texting sending cancel";

/** Words that look like one of those and are others. */
const OTHERS = new Set(
  (
    "personal persons depleted boxing changed changing changes charge charger charges chargers massage supports supported machines " +
    "connects connected transferred services customers customer's operators operate managers manage employees operation " +
    "refunds refunded refundable disputed deletes erase formats format corrupt disappear vanish recovers recovery picture photo document " +
    "electrical electronic smokin burner turning spark sparkle sparkling explode explodes explore explored melt shocks swell swells bulge " +
    "inflate flame flames screens printers monitors laptops computers tablets routers adapters adapted keyboards works worker " +
    "problems different encrypt encryption hacker scams accessed accesses accessory remotely remove removed remover called callers " +
    "assess excess messaged messenger sender cancels canceled texted texture unsubscribed actually support supporter plastics " +
    "persona personas problema problemas mensaje mensajes maschine foto cliente " +
    "person people help helper helpers noting anything something"
  ).split(" "),
);

const byLength = new Map<number, string[]>();
const known = new Set(WORDS.split(" "));
for (const word of known) {
  if (word.length < 6) continue;
  byLength.set(word.length, [...(byLength.get(word.length) ?? []), word]);
}

/** The word that was meant, or the word itself. */
export function correctSpelling(word: string): string {
  if (word.length < 5 || word.length > 16 || known.has(word) || OTHERS.has(word)) return word;
  for (const length of [word.length, word.length + 1, word.length - 1]) {
    const meant = byLength.get(length)?.find((one) => isSlipOf(word, one));
    if (meant !== undefined) return meant;
  }
  return word;
}

/** Letters that people take for one another. */
const ALIKE = ["aeiouy", "cskz"];

/** Whether `typed` is `meant` with one slip behind its first letter. */
function isSlipOf(typed: string, meant: string): boolean {
  if (typed[0] !== meant[0]) return false;
  let at = 1;
  while (at < typed.length && typed[at] === meant[at]) at++;
  // Another form of the word, and no slip: "delete" is not "deleted".
  if (at >= Math.min(typed.length, meant.length)) return false;
  if (typed.length > meant.length) return typed.slice(at + 1) === meant.slice(at);
  if (typed.length < meant.length) return typed.slice(at) === meant.slice(at + 1);
  const swapped = typed[at] === meant[at + 1] && typed[at + 1] === meant[at];
  if (swapped) return typed.slice(at + 2) === meant.slice(at + 2);
  const alike = ALIKE.some(
    (set) => set.includes(typed[at] ?? " ") && set.includes(meant[at] ?? " "),
  );
  return alike && typed.slice(at + 1) === meant.slice(at + 1);
}
