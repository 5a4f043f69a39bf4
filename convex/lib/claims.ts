/**
 * Acts that a sentence claims: "I've approved your refund", "Transferring you now", "You're booked". Pure. What is
 * asked, offered, denied or said under a condition is no claim. The table of cases is `claims.test.ts`.
 */

/**
 * Which tool does it: `hand_over` calls a person, `contact` keeps how to reach the customer, `other` nothing here does.
 * `policy`: what the shop does by its own rules ("we call you when it's done") may stand in a passage, by this verb.
 */
export type Claim = { act: "hand_over" | "contact" | "other"; words: string; policy?: string };

const ADVERBS =
  "(?:(?:already|just|now|successfully|also|gladly|happily|immediately|personally|hereby|therefore|gone ahead and|went ahead and)\\s){0,2}";
const I = "(?:i|we|our team|the team|our technicians?|a technician|the system)";
const HAND_OVER = "transferr?|connect|forward|escalat|pass|hand|put|notif|alert|inform|flag|assign";
const CONTACT = "sav|updat|not|record|add|stor|chang";
const OTHER =
  "approv|authoriz|authoris|refund|process|issu|credit|waiv|book|schedul|reserv|order|cancell?|plac|submitt?|fil|open|creat|sen[dt]|e-?mail|text|call|contact|appl|extend|unlock|reset|delet|remov|logg|arrang|confirm|ship|dispatch|charg|quot|discount|upgrad";
const ANY = `${HAND_OVER}|${CONTACT}|${OTHER}`;
const PAST = `(?:(?:${ANY})(?:ed|d|ied|ped)|made|put|set up|sent|told|reset)`;
const ING = `(?:(?:${ANY})(?:t|p)?ing|putting|making|setting up)`;
const THING =
  "(?:refund|appointment|order|request|ticket|booking|reservation|discount|repair|part|parts|account|complaint|claim|case|slot|spot|visit|credit|payment|exchange|return|warranty|password|conversation|message|number|address|details|quote|estimate)";

const CLAIMS: RegExp[] = [
  // I've approved, we have just sent, I refunded
  new RegExp(`\\b${I}\\s(?:have\\s|had\\s|has\\s)?${ADVERBS}(${PAST})\\b`, "g"),
  // I'm transferring
  new RegExp(`\\b${I}\\s(?:am|are|is|will be)\\s${ADVERBS}(${ING})\\b`, "g"),
  // Transferring you now
  new RegExp(
    `^(?:(?:ok|okay|sure|great|alright|perfect|no problem|certainly|of course|one moment|please hold|please wait|hold on|thanks|now|currently)\\s){0,3}(${ING})\\s(?:you|your|this|the)\\b`,
    "g",
  ),
  // I'll book, let me transfer you
  new RegExp(
    `\\b(?:i will|let me|i am going to|i shall|i am about to)\\s${ADVERBS}(${ANY}|make|set up|tell|have (?:someone|somebody|a technician|our team)|get (?:someone|somebody|a technician))(?:e|y)?\\b`,
    "g",
  ),
  // please hold while I transfer you
  new RegExp(`\\b(?:while|as)\\s(?:i|we)\\s${ADVERBS}(${ANY})(?:e|y)?\\syou\\b`, "g"),
  // a technician has been notified
  /\b(?:technicians?|team|manager|someone|somebody|staff|colleagues?|person|agent)\s(?:has|have)\s(?:already\s|just\s|now\s)?been\s(notified|informed|alerted|contacted|told|assigned)\b/g,
  // your refund has been approved
  new RegExp(
    `\\b(?:your|the|this|a|an)\\s(?:[a-z]{2,15}\\s){0,2}${THING}\\s(?:has been|have been|was|were|is|are|is being|are being|is now|got)\\s${ADVERBS}(${PAST})\\b`,
    "g",
  ),
  // you're booked, you have been refunded, you're all set for
  new RegExp(
    `\\byou(?:\\shave been|\\sare|\\swere|\\sare being|\\swill be)\\s${ADVERBS}(${PAST}|all set for|on the (?:list|schedule|calendar)|in (?:the|our) (?:queue|system))\\b`,
    "g",
  ),
  /\b(consider it done|ich habe .{0,60}(?:storniert|gebucht|erstattet|genehmigt|bestellt|weitergeleitet|reserviert|informiert)|ich (?:verbinde|leite) (?:sie|dich)|(?:he|hemos) (?:aprobado|reservado|reembolsado|cancelado|procesado|agendado|enviado|transferido|programado)|(?:le|te|lo|la) (?:transfiero|conecto|comunico|paso|estoy transfiriendo))\b/g,
];
/** What the shop does for everybody: it may say so if a passage does. */
const POLICY = new RegExp(
  `\\b(?:we|someone|somebody|a technician|our technicians?|our team|the team|a person|an agent|a manager)\\s(?:will|can and will|shall|are going to|is going to)\\s${ADVERBS}(call|contact|text|e-?mail|reach out|get back|refund|waive|honor|replace|send|ship|deliver|pick up|credit|order|reserve|hold|book|schedule)\\b`,
  "g",
);

const CONDITION =
  /\b(?:if|once|when|whenever|until|unless|before|after|as soon as|in case|whether|would you like|do you want|shall|should|can|could|may|might|want|like|need|wenn|falls|si|cuando)\b/;
const DENIED = /\b(?:not|never|no|nobody|nothing|without|cannot|unable|nicht|kein\w*|no he)\b/;

/** Of one sentence. */
export function findClaims(sentence: string): Claim[] {
  const claims: Claim[] = [];
  for (const clause of clausesOf(sentence)) {
    for (const pattern of CLAIMS) {
      for (const m of clause.matchAll(pattern)) {
        const before = clause.slice(0, m.index);
        if (!isOpen(before, clause)) continue;
        claims.push({ act: actOf(m[1]!, clause.slice(m.index)), words: m[0] });
      }
    }
    for (const m of clause.matchAll(POLICY)) {
      if (isOpen(clause.slice(0, m.index), clause))
        claims.push({ act: "other", words: m[0], policy: m[1]! });
    }
  }
  return claims;
}

const isOpen = (before: string, clause: string) =>
  !CONDITION.test(before) && !DENIED.test(before) && !/\?\s*$/.test(clause);

function actOf(verb: string, rest: string): Claim["act"] {
  if (/^(?:sav|updat|not|record|add|stor|chang)/.test(verb) && !/^notif/.test(verb)) {
    return /\b(?:number|phone|e-?mail|address|name|contact|details)\b/.test(rest)
      ? "contact"
      : "other";
  }
  return new RegExp(
    `^(?:${HAND_OVER}|putting|put|tell|told|have |get |verbinde|leite|in (?:the|our) queue|le |te |lo |la )|ich (?:verbinde|leite)|transf|conect|comunic`,
  ).test(verb) && !/^(?:put|hand|pass)\w*$/.test(verb)
    ? "hand_over"
    : /^(?:put|hand|pass)/.test(verb) && /\b(?:you|this|it|through|over|on to|along)\b/.test(rest)
      ? "hand_over"
      : "other";
}

/** In lower case, contractions spelled out, without marks. */
function clausesOf(sentence: string): string[] {
  return sentence
    .toLowerCase()
    .replace(/[’‘`´ʼ′]/g, "'")
    .replace(/[*_~`]+|\[\d{1,3}\]/g, "")
    .replace(/\b(i|we|you|they)'ve\b/g, "$1 have")
    .replace(/\bi'm\b/g, "i am")
    .replace(/\b(we|you|they)'re\b/g, "$1 are")
    .replace(/\b(i|we|you|they|someone|somebody)'ll\b/g, "$1 will")
    .replace(/\b(it|that|he|she|your \w+)'s\b/g, "$1 is")
    .replace(/n't\b/g, " not")
    .replace(/\s+/g, " ")
    .split(
      /(?<=[.!?])\s|[,;:()–—|]\s?|\s(?:and|but|so|then|und|y)\s(?=(?:i|we|you|your|a technician|the|our|someone|transferring|connecting)\b)/,
    )
    .map((clause) => clause.trim())
    .filter((clause) => clause !== "");
}
