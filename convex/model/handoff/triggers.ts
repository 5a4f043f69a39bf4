/**
 * Which hand-off a customer's message calls for, by rules: decided in the transaction that stores the message,
 * before a model is asked. Pure. The order is the shop's (the first that applies decides the reason):
 *
 * 1. people have the conversation: the AI is mute, nothing is decided;
 * 2. the customer asks for a person: at once;
 * 3. a mandatory topic: at once;
 * 4. the same failure twice, or no source twice: an offer, and a hand-off when it is accepted or it happens again;
 * 5. the cap on the AI's replies.
 *
 * What fires and what must not is tabled in `triggers.dialogues.ts`. Words alone decide; what they miss, the model
 * may still hand off by its tool.
 */
import type { HandoffReason } from "../../validators";
import { clausesOf, isDenied, type Clause } from "../../lib/words";

/** AI replies per episode; the next customer message goes to a technician. */
export const REPLY_CAP = 30;
/** Failures of suggested fixes, or answers without a source, after which a technician is offered. */
const OFFER_AFTER = 2;

export type Topic = "swollen_battery" | "ransomware" | "data_loss" | "legal" | "refund";
export type OfferReason = "same_failure" | "no_source" | "returning";

/** What the rules know of a conversation besides the message. */
export type TriggerState = {
  owner: "ai" | "queue" | "human";
  aiReplies: number;
  /** Suggested fixes that failed, in a row, in this episode. */
  failures: number;
  /** True once an offer was declined in this episode: the next time is not asked again. */
  declined: boolean;
  /** `latest`: nothing has been said since, so that "yes" means the offer. */
  offer: { reason: OfferReason; latest: boolean } | null;
};

export type Decision =
  | { kind: "none"; failures: number }
  | { kind: "hand_off"; reason: HandoffReason; topic: Topic | null }
  | { kind: "offer"; reason: "same_failure"; failures: number }
  | { kind: "declined" };

/** What a message calls for. */
export function decideHandoff(text: string, state: TriggerState): Decision {
  const { failures, offer } = state;
  if (state.owner !== "ai") return { kind: "none", failures };
  const clauses = clausesOf(text);
  const topic = topicOf(clauses);
  if (asksForPerson(clauses)) return { kind: "hand_off", reason: "customer_request", topic };
  if (topic !== null) return { kind: "hand_off", reason: topic, topic };
  if (offer?.latest && accepts(clauses)) return handOff(offer.reason);
  if (offer?.latest && declines(clauses)) return { kind: "declined" };
  const failed = state.aiReplies > 0 && reportsFailure(clauses);
  if (failed && failures + 1 >= OFFER_AFTER) {
    const happenedAgain = state.declined || offer !== null;
    return happenedAgain
      ? handOff("same_failure")
      : { kind: "offer", reason: "same_failure", failures: failures + 1 };
  }
  if (state.aiReplies >= REPLY_CAP) return handOff("reply_cap");
  if (failed) return { kind: "none", failures: failures + 1 };
  return { kind: "none", failures: reportsSuccess(clauses) ? 0 : failures };
}

const handOff = (reason: HandoffReason): Decision => ({ kind: "hand_off", reason, topic: null });

/** A match of a clause that is not denied by what stands before it or in it. */
function claims({ words }: Clause, pattern: RegExp): boolean {
  const found = pattern.exec(words);
  return found !== null && !isDenied(words.slice(0, found.index + found[0].length));
}

// -- Asking for a person -------------------------------------------------------------------------------------

const KIND = "(?:real |live |actual |human |another |customer |support |service )";
const PERSON = `(?:${KIND}{0,2}(?:human being|humans?|person|people|agent|representative|rep|technicians?|operator|staff member|employee|manager|supervisor|advisor|somebody real|someone real))`;
const SOMEBODY = `(?:${PERSON}|someone|somebody|anyone|anybody|one of your (?:people|guys|team|staff|technicians)|you guys|your (?:team|staff|people|boss|manager|technicians?))`;
const WISH =
  "(?:i|we)(?: would|d| really| just)?(?: rather| like| prefer)? (?:want|need|like|prefer|rather|wish|demand|insist)|i would|id|let me|lemme|can (?:i|we|you|someone|somebody)|could (?:i|we|you|someone)|may i|please|how (?:do|can) i|how to|is it possible|have to|is there (?:a way|anyone|someone|somebody|a person|a human|any|a)|why can (?:i not|not i)|when can i|put me|get me|give me|connect me|transfer me|pass me|able to|just";

/** "I want to talk to a person", "can you put me through to someone". */
const TALK = new RegExp(
  `\\b(?:talk|chat|connect(?: me| us)?|transfer(?: me| us)?|put (?:me|us) through|pass me(?: on)?|get (?:me )?(?:in touch|hold)|escalate(?: me| this)?)(?: to| with| of)? (?:directly |now )?(?:a |an |the |some )?${SOMEBODY}\\b(?! (?:on (?:whatsapp|skype|zoom|facetime|teams|discord)|online|at (?:work|home|school)))`,
);
/** "I need a technician" at the end of a clause: with more behind it, it may be about anything. */
const WANT = new RegExp(
  `\\b(?:want|need|like|prefer|get me|give me|gimme|demand|have|get) (?:to have )?(?:a |an |the |some |your )?${PERSON}(?: please| now| here| instead| asap| right now| to (?:talk|help|call|answer|look|take)| on the phone|$)`,
);
const BARE = new RegExp(
  `^(?:hi |hello |hey |ok |please )?(?:a |an |the |to )?${PERSON}(?: please| now| thanks| asap| instead){0,2}$`,
);
const IS_THERE = new RegExp(
  `^(?:is|are) there (?:a |an |any )?${PERSON}(?: here| there| available| around| i can)`,
);
const NO_BOT =
  /\b(?:(?:not|no|stop|hate|sick of|tired of|done with|enough of|instead of|without)(?: \S{1,20}){0,4} (?:bots?|robots?|chatbots?|machine|ai|computer program))\b/;
const CALL_ME =
  /\b(?:call|phone|ring)(?: me| us)(?: back)?(?: please| now| today| tomorrow| asap| on \d| at \d|$)/;
const GERMAN =
  /\b(?:(?:mit|zu) (?:einem|einer|jemandem|dem) ?(?:echten |richtigen )?(?:menschen?|mitarbeiter(?:in)?|techniker(?:in)?|person)?(?: \S{1,20}){0,3} ?(?:sprechen|reden|verbinden|chatten)|(?:echte[nr]?|richtige[nr]?) (?:mensch(?:en)?|person|mitarbeiter)|^(?:mensch|mitarbeiter|techniker)(?: bitte)?$)/;
const SPANISH =
  /\b(?:(?:hablar|hable|chatear|comunicar\w{0,4}) con (?:un |una |el |la )?(?:persona|humano|agente|tecnico|alguien|operador|empleado|representante)|(?:persona|humano) real|(?:quiero|necesito) (?:un |una )?(?:persona|humano|agente|tecnico|operador)|^(?:humano|persona|agente)(?: por favor)?$)/;
/** Whom the customer talks about, not to. */
const THEIRS =
  /\b(?:my|his|her|our|their) (?:\S{1,20} )?(?:manager|boss|supervisor|agent|staff|employee|people)\b/;
const ASKED = new RegExp(`\\b(?:${WISH})\\b`);

function asksForPerson(clauses: Clause[]): boolean {
  return clauses.some((clause) => {
    const { words } = clause;
    if (claims(clause, GERMAN) || claims(clause, SPANISH)) return true;
    if (THEIRS.test(words)) return false;
    if (BARE.test(words) || IS_THERE.test(words)) return true;
    if (claims(clause, CALL_ME)) return true;
    if (
      NO_BOT.test(words) &&
      /\b(?:talk|chat|want|need|like|stop|no more|hate|sick|tired|enough)\b/.test(words)
    )
      return true;
    if (claims(clause, WANT)) return !/^(?:do|does|would|will) (?:i|we|you|it|this)\b/.test(words);
    return claims(clause, TALK) && (ASKED.test(words) || TALK.exec(words)?.index === 0);
  });
}

// -- Mandatory topics ----------------------------------------------------------------------------------------

const DATA =
  "(?:files?|photos?|pictures|videos|documents?|data|drive|disk|everything|contacts|backups?|dateien|fotos|archivos)";
const LOST =
  "(?:gone|lost|deleted|erased|wiped|disappeared|vanished|missing|formatted|corrupted|overwritten)";
const MINE = /\b(?:i|im|ive|my|me|we|our|us|mine|mein|meine|mi|mis)\b/;
const QUESTION =
  /^(?:(?:hi|hello|hey|ok|and|also) )?(?:do|does|can|could|will|would|what|which|how|where|when|is|are|whats|hows) /;
/** A topic that is spoken of, not had. */
const GENERAL =
  /\b(?:policy|policies|prevent|avoid|protect|protection|anti|antiransomware|insurance|in case|what if|before i|if (?:i|it|you|my|the|something)|software|will i|would i)\b/;
const CHARGED =
  "(?:battery|batteries|laptop|macbook|phone|trackpad|touchpad|case|bottom|back cover|screen)";
const SWOLLEN =
  "(?:swollen|swelling|swelled|swells|bloated|bloating|bulging|bulged|bulges|puffed|puffy|ballooned|ballooning|inflated|expanded|expanding|aufgeblaht|geblaht|hinchada|inflada)";
const LAWYER = "(?:lawyer|attorney|solicitor|anwalt|abogado)";
/** At most three words between two that belong together. */
const NEAR = "(?: \\S{1,24}){0,4} ";

type TopicRule = {
  topic: Topic;
  patterns: RegExp[];
  /** True: even a general question is taken seriously, since whoever asks may have it in their hands. */
  always: boolean;
};

const TOPICS: TopicRule[] = [
  {
    topic: "swollen_battery",
    always: true,
    patterns: [
      new RegExp(`\\b${CHARGED}${NEAR}${SWOLLEN}\\b`),
      new RegExp(`\\b${SWOLLEN}${NEAR}?(?:battery|batteries)\\b`),
      new RegExp(`\\b(?:${SWOLLEN}) (?:battery|batteries)\\b`),
      new RegExp(
        `\\b(?:battery|batteries)${NEAR}(?:leaking|leaks|smoking|smokes|on fire|burning|hissing)\\b`,
      ),
      /\b(?:smoke|sparks|flames) (?:is |are )?(?:coming|came) (?:from|out)\b/,
    ],
  },
  {
    topic: "ransomware",
    always: false,
    patterns: [
      /\bransomware\b/,
      /\bransom (?:note|demand|message)\b|\b(?:pay|paying|paid|demand\w{0,3})(?: \S{1,20}){0,3} (?:ransom|bitcoins?)\b/,
      new RegExp(
        `\\b${DATA}${NEAR}encrypted\\b(?! (?:usb|stick|backup|drive|with bitlocker|with filevault|by bitlocker))`,
      ),
      new RegExp(`\\bencrypted${NEAR}${DATA}${NEAR}(?:pay|ransom|unlock)`),
      /\b(?:hackers?|virus|someone|they) (?:has |have )?encrypted\b/,
    ],
  },
  {
    topic: "data_loss",
    always: false,
    patterns: [
      new RegExp(`\\b(?:lost|deleted|erased|wiped|formatted)(?: \\S{1,24}){0,3} ${DATA}\\b`),
      new RegExp(
        `\\b${DATA} (?:\\S{1,24} ){0,3}(?:is|are|was|were|has|have|got|all|just) (?:\\S{1,24} ){0,2}${LOST}\\b`,
      ),
      new RegExp(
        `\\b(?:recover|retrieve|rescue|get back|restore)(?: \\S{1,24}){0,3} (?:lost |deleted |erased )?${DATA}\\b`,
      ),
      /\b(?:hard drive|hard disk|hdd|ssd|drive|disk)(?: \S{1,24}){0,3} (?:clicking|clicks|grinding|dead|died|failed|crashed)\b/,
      /\b(?:verloren|geloscht)(?: \S{1,24}){0,3} (?:daten|dateien|fotos)\b|\b(?:daten|dateien|fotos)(?: \S{1,24}){0,3} (?:verloren|geloscht|weg)\b/,
      /\bhe perdido(?: \S{1,24}){0,3} (?:fotos|archivos|datos)\b/,
    ],
  },
  {
    topic: "legal",
    always: false,
    patterns: [
      new RegExp(
        `\\b(?:hear from|contact\\w{0,3}|call\\w{0,3}|talk\\w{0,3} to|consult\\w{0,3}|hir\\w{1,3}|get\\w{0,4}|involv\\w{1,3}|see|to) (?:my|a|our|the) ${LAWYER}\\b`,
      ),
      new RegExp(`\\b(?:my|our) ${LAWYER} (?:will|is going to|says|said|told|advises|advised)\\b`),
      /\b(?:sue|suing) (?:you|the shop|your|this shop|them|computer guys)\b|\b(?:legal action|legal steps|legal claim|small claims|lawsuit|in court|to court|subpoena|trading standards|better business bureau|consumer protection|attorney general)\b/,
    ],
  },
  {
    topic: "refund",
    always: false,
    patterns: [
      /\b(?:want|need|get|give|demand|request|like|expect|owed?|ask\w{0,3} for|where is|claim|waiting for|still no|received|receive)(?: \S{1,20}){0,4} (?:refund|money back|reimburse\w{0,4})\b/,
      /\b(?:refund|reimburse) (?:me|my|us|the (?:repair|money|deposit))\b/,
      /\b(?:chargeback|dispute (?:the|this|your) (?:charge|payment|bill))\b/,
    ],
  },
];

/** The topic that must go to a person at once, the most dangerous first; null for none. */
function topicOf(clauses: Clause[]): Topic | null {
  const rule = TOPICS.find(({ patterns, always }) =>
    clauses.some((clause) => {
      if (GENERAL.test(clause.words) && !(always && !/\b(?:prevent|avoid)\b/.test(clause.words)))
        return false;
      const general = (clause.asked || QUESTION.test(clause.words)) && !MINE.test(clause.words);
      if (general && !always) return false;
      return patterns.some((pattern) => claims(clause, pattern));
    }),
  );
  return rule?.topic ?? null;
}

// -- Answers to an offer, failures, successes ----------------------------------------------------------------

const YES =
  /^(?:yes|yeah|yep|yup|ya|sure|ok|okay|please|please do|yes please|go ahead|do it|do that|that would be (?:great|good|nice|fine|helpful)|sounds good|of course|absolutely|definitely|i would like that|id like that|lets do (?:that|it)|ja|ja bitte|gerne|si|claro|por favor)(?: (?:please|thanks|thank you|do|go ahead|sure))?$/;
const NO =
  /^(?:no|nope|nah|not (?:now|yet|needed|necessary)|no thanks|no thank you|no need|i do not (?:want|need)(?: \S{1,20}){0,5}|not right now|later|maybe later|lets (?:keep|go on|continue)(?: \S{1,20}){0,4}|nein|nein danke|no gracias)$/;

const accepts = (clauses: Clause[]) => YES.test(clauses[0]?.words ?? "");
const declines = (clauses: Clause[]) => NO.test(clauses[0]?.words ?? "");

const FAILURE = [
  /\b(?:that|this|it|which|these|those|they|nothing|none|fix|step|steps|solution|restart|reset|update)(?: \S{1,20}){0,2} (?:did|does|do|is|was|has|have) not (?:\S{1,15} )?(?:work|help|fix|solve|change|do anything|make|worked|helped|fixed|working|helping)/,
  /^(?:(?:no|nope|sorry|it|that|still|also|well) )?(?:did|does|do|is|has|have) not (?:\S{1,15} )?(?:work|help|fix|solve|change|worked|helped|working)/,
  /\bstill (?:not|the same|broken|slow|does|is not|will not|can not|nothing|no|happens|happening|freezes|crashes|getting|get|says|shows|have|having|wont|stuck|dead|black|failing|fails|offline)\b/,
  /\b(?:same (?:problem|error|issue|thing|result|message|story)|no (?:luck|change|difference|effect|success|joy|improvement))\b/,
  /\b(?:nothing (?:happens|happened|changed|helps|helped|works|worked)|made no difference|no better|failed again|not working (?:either|again)|(?:did|does) not (?:work|help) either|useless|without success)\b/,
  /\b(?:hat|haben) nicht (?:geholfen|funktioniert)\b|\b(?:geht|funktioniert) (?:immer noch|leider) nicht\b|\bsigue (?:igual|sin funcionar)\b|\bno (?:funciona|funciono|ayudo)\b/,
];
const NOT_TRIED = /\b(?:not (?:tried|had time|tested|yet)|will try|have to try)\b/;
const SUCCESS =
  /\b(?:(?:that|it|this|everything)(?: \S{1,15}){0,2} (?:worked|works|fixed|helped|solved)|works (?:now|again)|working (?:now|again)|is fixed|solved|all good)\b/;

const reportsFailure = (clauses: Clause[]) =>
  clauses.some(({ words }) => FAILURE.some((pattern) => pattern.test(words))) &&
  !clauses.some(({ words }) => NOT_TRIED.test(words));

const reportsSuccess = (clauses: Clause[]) => clauses.some((clause) => claims(clause, SUCCESS));

const THANKS =
  /^(?:(?:ok|okay|great|perfect|super|awesome|good|wonderful|excellent|thanks|thank you|thx|ty|cheers|danke|gracias|so much|very much|a lot|again|all good|for (?:your|the|all your) help|that (?:worked|works|helped)|it works(?: now)?|bye|have a (?:nice|good|great) day)(?: |$))+$/;

/** A thank-you and nothing else: no reason to take a settled matter up again. */
export const isOnlyThanks = (text: string) => {
  const clauses = clausesOf(text);
  return (
    clauses.length > 0 && clauses.every(({ words }) => words.length < 80 && THANKS.test(words))
  );
};
