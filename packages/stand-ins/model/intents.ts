/**
 * What the customer does with a message, apart from asking: greets, thanks, wants a person, leaves a
 * contact. Rules over phrases; text that merely mentions a technician or an instruction to the
 * assistant ("ignore your instructions") matches none of them and is treated as a question.
 */

const PERSON =
  "(?:human(?: being)?|(?:real |actual |live )?(?:person|people)|somebody|someone|technicians?|techs?|(?:live |support )?agents?|representatives?|reps?|staff(?: member)?|employee|operator|manager|team member|colleague|specialist|expert|engineer)";
const ARTICLE =
  "(?:(?:a|an|one of your|the|your|some|any|another)\\s+)?(?:(?:real|actual|live|human|proper|qualified)\\s+)*";

const WANTS_PERSON = [
  new RegExp(
    `\\b(?:talk|speak|chat)(?:ing)?\\s+(?:directly\\s+)?(?:to|with)\\s+${ARTICLE}${PERSON}\\b`,
  ),
  new RegExp(
    `\\b(?:connect|transfer|pass|hand|put|switch|forward|escalate)\\b(?:\\s+\\w+){0,4}?\\s+(?:to|over to|through to|with)\\s+${ARTICLE}${PERSON}\\b`,
  ),
  new RegExp(
    `\\b(?:want|need|like|prefer|get me|give me|have|find me|call)\\s+(?:to have\\s+)?${ARTICLE}(?:human|(?:real|actual|live)\\s+(?:person|human|technician|agent)|(?:support )?agent|representative|operator)\\b`,
  ),
  new RegExp(
    `\\b(?:need|want|get me|give me|like|can i get|can i have)\\s+${ARTICLE}(?:technician|tech|someone|somebody|person|specialist)\\s*(?:please|now|instead|to (?:talk|speak|chat|take over|call|contact|reply|answer|help me))?\\s*[.!?]*$`,
  ),
  new RegExp(
    `\\b(?:can|could|will|would|please have|have)\\s+${ARTICLE}${PERSON}\\s+(?:please\\s+)?(?:call|contact|ring|phone|text|message|talk to|speak (?:to|with)|take over|get back to|reach out to|reply to|answer)\\b`,
  ),
  new RegExp(
    `^(?:please\\s+)?(?:(?:a|real|live|actual)\\s+)*(?:human|person|agent|representative|technician|operator)(?:\\s+(?:please|now))?[.!]*$`,
  ),
  /\b(?:don'?t|do not|not)\s+(?:want|like|wish)\s+(?:to (?:talk|speak|chat)\s+(?:to|with)\s+)?(?:a|an|this|the)?\s*(?:bot|robot|chatbot|machine|ai|computer program)\b/,
  /\b(?:is there|any chance of)\s+(?:a|an|any)\s*(?:real|actual|live)?\s*(?:human|person|people|technician|someone)\b.{0,30}\b(?:talk|speak|chat|there)\b/,
  /\bescalate (?:this|my|it)\b/,
];

const ONLY_MENTIONS =
  /\b(?:my|his|her|their|our)\s+(?:\w+\s+)?(?:technician|tech|agent|manager|engineer|human)\b|\b(?:don'?t|do not|no) (?:need|want|have) to (?:talk|speak|chat)\b(?!\s+(?:to|with)\s+(?:a|an|this|the)?\s*(?:bot|robot|chatbot|machine|ai|computer)\b)|\bdo i (?:need|have) to (?:talk|speak|chat)/;

const normal = (text: string) =>
  text.toLowerCase().replace(/[’‘]/g, "'").replace(/\s+/g, " ").trim();

/** Whether the customer asks for a person, judged sentence by sentence. */
export function wantsPerson(message: string): boolean {
  return normal(message)
    .split(/(?<=[.!?])\s+|\n|,\s*(?=(?:but|so|and|please|can|could|i)\b)/)
    .some((s) => !ONLY_MENTIONS.test(s) && WANTS_PERSON.some((pattern) => pattern.test(s)));
}

const OFFERS_PERSON =
  /\b(?:hand (?:you|this|it) over|pass (?:you|this|it) on|connect you|bring in a technician|technician (?:take|look|follow))\b[^?]*\?/i;
const YES =
  /^(?:yes|yep|yeah|yup|sure|ok(?:ay)?|please(?: do)?|go ahead|do (?:that|it)|that would be (?:great|nice|good)|sounds good)\b[^?]{0,40}$/;

/** A bare yes. */
export const isAssent = (message: string): boolean => YES.test(normal(message));

/** "Yes please" to the assistant's own offer to hand over. */
export function acceptsOffer(message: string, previousReply: string | undefined): boolean {
  return OFFERS_PERSON.test(previousReply ?? "") && YES.test(normal(message));
}

const FILLER =
  "(?:[\\s,.!]|there|team|guys|everyone|all|again|so much|very much|a lot|a bunch|for (?:your|the) (?:help|info|answer|information|quick reply)|that(?:'s| is)|it|was|you|very|really|super|helpful|just|:\\)|🙏|👍|😊|👋)*";
const GREETING = new RegExp(
  `^(?:hi+|hello+|hey+|hiya|howdy|greetings|good (?:morning|afternoon|evening|day))${FILLER}(?:how are you(?: doing)?(?: today)?\\??)?[!.?]*$`,
);
const THANKS = new RegExp(
  `^(?:(?:ok(?:ay)?|great|perfect|awesome|super|cool|wonderful|excellent|lovely|brilliant|no)?[\\s,.!]*){0,3}(?:thanks?|thank you|thx|ty|cheers|much appreciated|appreciate it|helpful)${FILLER}(?:bye|goodbye)?[!.]*$`,
);
const BYE =
  /^(?:ok(?:ay)?[\s,.!]*)?(?:bye+|goodbye|good ?bye|see you|have a (?:nice|good|great) (?:day|evening|one|weekend))[\s\w,!.]{0,20}$/;
const ACK =
  /^(?:ok(?:ay)?|great|perfect|awesome|cool|nice|got it|i see|understood|alright|all right|sounds good|no,? that'?s (?:all|it)|that'?s all|no|nope|no thanks?|yes|yep)[\s!.👍🙂😊]*$/u;

export type SmallTalk = "greeting" | "thanks" | "bye" | "ack";

/** The kind of small talk a message consists of; `undefined` when it says more than that. */
export function findSmallTalk(message: string): SmallTalk | undefined {
  const text = normal(message);
  if (GREETING.test(text)) return "greeting";
  if (THANKS.test(text)) return "thanks";
  if (BYE.test(text)) return "bye";
  if (ACK.test(text)) return "ack";
  return undefined;
}

interface Contact {
  email?: string;
  phone?: string;
  name?: string;
}

const EMAIL = /[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/i;
const PHONE = /(?<![\w#$€£.])\+?\(?\d[\d\s().-]{6,17}\d(?![\w%])/;
const GIVES =
  /\b(?:reach|contact|call|text|ring|e-?mail|mail|write|message|phone)\s+me\b|\bmy (?:e-?mail|mail|phone|mobile|cell|number|contact)|\bhere(?:'s| is| are)\b|\b(?:it'?s|number is|email is|address is)\b/;
const ASKS_CONTACT = /\b(?:e-?mail|phone|number|contact|reach you)\b/i;
const OTHER_NUMBER =
  /\b(?:order|serial|model|ticket|invoice|imei|case|part|tracking|s\/n|account|card)\b/;

/** The contact a message leaves, if it leaves one: not an address it merely asks about. */
export function findContact(
  message: string,
  previousReply: string | undefined,
): Contact | undefined {
  const text = normal(message);
  const email = EMAIL.exec(message)?.[0];
  const phone = OTHER_NUMBER.test(text) ? undefined : PHONE.exec(message)?.[0].trim();
  if (!email && (!phone || phone.replace(/\D/g, "").length < 7)) return undefined;
  const rest = text
    .replace(EMAIL, "")
    .replace(PHONE, "")
    .replace(/[^a-z]/g, "");
  const given = GIVES.test(text) || rest.length <= 12 || ASKS_CONTACT.test(previousReply ?? "");
  const asksAbout =
    /\b(?:is|are) (?:this|that|it)?\s*\S*\s*(?:your|the right)\b|\byour (?:e-?mail|number|phone)\b/.test(
      text,
    );
  if (!given || (asksAbout && !GIVES.test(text))) return undefined;
  const name =
    /\b(?:my name is|my name's|this is)\s+([A-Z][\p{L}'-]+(?:\s+[A-Z][\p{L}'-]+)?)/u.exec(
      message,
    )?.[1];
  return {
    ...(email ? { email } : {}),
    ...(phone && !(email && !/\d{7}/.test(phone.replace(/\D/g, "")))
      ? { phone: phone.replace(/[\s.]+/g, " ") }
      : {}),
    ...(name ? { name } : {}),
  };
}
