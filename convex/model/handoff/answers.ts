/**
 * What a customer answers: yes or no to an offer, by the first word; that a step failed, or helped. Pure. Cases:
 * `answers.cases.txt`, `failures.cases.txt`.
 */
import { clausesOf, isDenied, type Clause } from "../../lib/words";
import { DOWN, UP } from "../../lib/reactions";

/** In front of a yes or a no, and none itself. */
const FILLER =
  /^(?:(?:oh|uh(?! huh)|um|uhm|well|hell|hm|ah|so|thanks|thank you|thx|actually|honestly|sorry|haha|lol) )+(?=\S)/;

const tail = "(?: |$)";
/** A yes whatever follows, unless a question does. */
const YES = new RegExp(
  `^(?:uh huh|mhm+|mm hm+|y|ye|yes+(?:sir|siree|h)?(?! or no\\b)|yse|yea|yeah+|yep|yup|ya|yas+|aye|sure|sure thing|absolutely|definitely|defo|certainly|totally|of course|go ahead|go for it|please(?! do not| no)|do it|do that|lets do|lets (?:try|go|get|have)|you bet|if you (?:can|could|would|dont mind|do not mind)|i think (?:so|yes|that would)|let them|let us do|(?:that )?sounds (?:good|great|fine|perfect|like a plan|lovely)|go on|pretty please|(?:(?:that|it) (?:would|will)|thatd|itd) (?:be|help)|thatd be|thats what i|that would|thatll work|that works|works for me|i would(?! (?:rather|not))|id (?:like|love|appreciate)|would love|why not|might as well|i guess|i suppose|(?:ok|okay|then) (?:please )?(?:call|send|get|connect|have|lets|put)|id say (?:so|yes)|connect me|get (?:me )?someone|bring (?:them|him|her|it) on|good idea|by all means|ja|jo|jawohl|jep|klar|gerne?|naturlich|bitte|einverstanden|mach das|machen sie das|auf jeden fall|in ordnung|passt|das ware|unbedingt|sehr gern|venga|perfecto|me parece bien|que si|si|claro(?: que si)?|dale|vale|bueno|esta bien|por favor|por supuesto(?: que si)?|de acuerdo|adelante)${tail}`,
);
/** A yes only if no more is said than that: else a sentence merely begins with it. */
const WEAK_YES =
  /^(?:(?:yeah|yep|lets try (?:that|it)|you bet|okk+|thats fine(?= (?:with|by) me|$)|ok|okay|okey|okey dokey|k|kk|alright|all right|fine|great|perfect|cool|nice|good|super|awesome|thanks|thank you|please|do that|do it|then|yes|sure|with me|by me|go ahead|gracias|danke|por favor|bitte|gut|that works|sounds good|lets do it|lets go|connect me)(?: |$))+$/;
const ONLY_THANKS = /^(?:thanks|thank you|thx|ty|danke|gracias)(?: (?:so much|a lot|you))*$/;

const NO = new RegExp(
  `^(?:n|no+|nope|nop|nah+|naw|na|negative|nein|ne|nee|no way|never ?mind|nvm|never|do not|not (?:now|yet|today|tonight|tomorrow|necessary|needed|really|interested|right now|at the moment|this time|for now|thanks|necesario)|no need|(?:id|i would) rather (?:not|keep|try|wait|do|continue|just)|(?:id |would |i would )?prefer not|maybe (?:tomorrow|next|another|some)|rather not|id rather not|i would rather not|i do not (?:want|need|think so|feel like)|please do not|please no|absolutely not|definitely not|of course not|certainly not|maybe later|later|another time|some other time|next time|im (?:good|fine|ok|okay|all set|all good)|all (?:good|set)|(?:ill|i will|i can|id rather) (?:wait|pass|skip|manage|figure|sort|try|do (?:it|that)|handle|hold|fix|come|bring|just (?:bring|come|wait))|hold off|cancel that|not (?:a )?(?:good|fan)|let me (?:try|think|check|see)|its (?:fine|ok|okay|all good)|thats (?:ok|okay|all right)|that (?:will|would) not be|will not be|forget it|do not bother|lets (?:keep|go on|continue|try)|skip it|leave it|ahora no|mejor no|todavia no|despues|mas tarde|luego|no hace falta|nicht|jetzt nicht|lass mal|lassen sie mal|por ahora no|no gracias|lieber nicht|spater|brauche? ich nicht|noch nicht|danke nein)${tail}`,
);
/** A report, not an answer: "no luck", "no internet". */
const NO_OF_FAILURE =
  /^(?:no|nope) (?:go|luck|change|difference|effect|dice|joy|success|improvement|internet|wifi|signal|sound|picture|connection|power|idea|problem)\b/;
/** What follows a yes is a question, or a condition. */
const ASKS =
  /(?:^|^(?:but|and|aber|pero|und|y|only|just|if) )(?:but|how|what|when|where|which|who|whom|is it|is that|is there|does|do i|do you|will (?:it|they|i|you)|can (?:i|you|they)|if|only if|unless|depends|was|wie|wann|wer|wenn|nur wenn|cuanto|cuando|quien|como|que|si es|kostet|aber|pero)\b|\b(?:how much|how long|what does (?:it|that)|does (?:it|that) cost|extra cost|is it free|for free|its free|it is free|was kostet|cuanto cuesta|cuanto vale)\b/;

/** A yes or a no to an offer that is the latest thing said; null for neither, a question among them. */
export function answerToOffer(text: string, clauses: Clause[]): "yes" | "no" | null {
  const thumb = thumbOf(text);
  if (thumb !== null) return thumb;
  const parts = clauses.map(({ words }) => words.replace(FILLER, ""));
  if (parts.length > 1 && ONLY_THANKS.test(parts[0]!)) parts.shift();
  const [first = "", ...others] = parts;
  if (NO_OF_FAILURE.test(first)) return null;
  if (NO.test(first)) return "no";
  const found = YES.exec(first);
  const all = [first.slice(found?.[0].length ?? 0), ...others];
  if (found !== null) return all.some((part) => ASKS.test(part)) ? null : "yes";
  return WEAK_YES.test(first) && !others.some((part) => ASKS.test(part)) ? "yes" : null;
}

/** A sign that says it all, before any word. */
function thumbOf(text: string): "yes" | "no" | null {
  const greeting = /^[\p{L}\s,.!¡'’]*/u.exec(text)![0];
  const [first] = text.slice(greeting.length);
  if (first === undefined || clausesOf(greeting).length > 0) return null;
  if (UP.includes(first)) return "yes";
  return DOWN.includes(first) ? "no" : null;
}

// -- Failures and successes ------------------------------------------------------------------------------------

const IT =
  "(?:that|this|it|which|these|those|they|thing|fix|step|steps|solution|restart|reset|reboot|update|option|button)";
const DONE =
  "(?:work|help|fix|solve|change|do anything|make|worked|helped|fixed|working|helping|do it|let|get)";
const FAILURE = [
  new RegExp(
    `\\b${IT}(?: \\S{1,20}){0,2} (?:did|does|do|is|was|has|have|will|would) not (?:\\S{1,15} )?${DONE}\\b`,
  ),
  new RegExp(
    `^(?:(?:no|nope|sorry|it|that|still|also|well|sadly|unfortunately|restarted|i|and) ){0,3}(?:did|does|do|is|has|have|was|can|will) not (?:\\S{1,15} )?${DONE}\\b`,
  ),
  /\b(?:can not|could not|still not) get (?:it|that|this) to\b|\b(?:can not|do not|did not) (?:see|find) (?:that|the|this|such|any) (?:option|button|setting|menu)\b|\b(?:option|button|setting|menu) is not there\b|\bno such (?:button|option|setting|menu)\b/,
  /\bstill (?:not|the same|same|broken|slow|do|does|is not|will not|can not|did not|nothing|no|happens|happening|freezes|crashes|getting|get|says|shows|have|having|stuck|dead|black|blank|failing|fails|offline|frozen|dropping|disconnecting|restarting|there|wrong|bad|loud|hot|loading|there)\b(?! (?:under|open|a question|my|at))/,
  /\b(?:same (?:problem|error|issue|thing|result|message|story|as before)|its the same|the same$|(?:no|zero) (?:go|bueno|avail|luck|change|difference|effect|success|joy|improvement|dice|good|use|help))\b(?! service)/,
  /\b(?:nothing (?:happens|happened|changed|changes|helps|helped|works|worked|different)|not do the trick|no better|not (?:any )?better|(?:did|does|do) nothing|failed(?: again)?$|that failed|failed again|not working|not fixed|not helpful|not helping|useless|pointless|without success|waste of time)\b/,
  /^(?:nothing|nope|nada|same|same thing|no|still|that was not it|that is not it|thats not it|that was it not|wrong|zero|nil|no go|failed|unfortunately (?:not|no)|sadly no|sadly not|sadly|no dice)$/,
  /\bsame (?:\S{1,12} ){0,2}(?:screen|error|message|thing|problem|issue|result|loop|behaviou?r|code)\b|\bloop(?:s|ing|ed)?(?: back)?\b|\b(?:not|un) ?(?:resolved|solved|fixed)\b|^(?:worse|(?:a bit|much|even|way) worse)$|\bstill (?:\S{1,10} )?(?:gone|missing|looping|nope|red|broken|cracking|crackling|hanging)\b|\bdoing (?:it|that|this|the same)(?: \S{1,6})? again\b|\bdid not (?:take|stick|hold|do it|help)\b|\bstill (?!waiting|downloading|loading|updating|installing|charging|trying|working|going|running|copying|restarting|thinking|looking|searching|scanning|processing|thing|nothing|doing|wondering|using|having)\S{2,12}ing\b|\bstill (?:the )?\S{1,12} (?:gone|off|missing|dead|blank)\b/,
  // Still as it was, or further off.
  /\b(?:screen|it|wifi|light|page|printer|sound|display|problem|error|laptop|pc|computer|phone|still)(?: \S{1,10}){0,2} (?:stays?|stayed|remains?|is still|still) (?:\S{1,10} )?(?:black|blank|dead|red|off|offline|same|slow|frozen|stuck|there|broken|the same|blue|dark)\b/,
  /\b(?:^|now |and )(?:it |the \S{1,12} )?(?:wont|will not|does not|is not|can not)(?: still)? (?:even |\S{1,8} )?(?:turn on|start|boot|work|open|connect|charge|load|print|power on)\b/,
  /\b(?:none|neither|nothing)(?: of (?:it|them|that|those))?(?: \S{1,8}){0,1} (?:worked|helped|works|helps)\b|\b(?:already|twice|three times|several times)(?: \S{1,8}){0,2} (?:restarted|rebooted|reset|reinstalled|unplugged|updated|tried|did)\b|\b(?:restarted|rebooted|reset|reinstalled|unplugged|updated)(?: \S{1,8}){0,2} (?:already|twice|three times|several times)\b/,
  /\b(?:worked|works|fine|ok|back)(?: \S{1,8}){0,1} for (?:a |one |two |\d+ )?(?:\S{1,8} )?(?:min\w*|sec\w*|hours?|while|bit|moment|day)\b|\bback to (?:how|where|what|the way|square one|not)\b|\b(?:just|it|only) (?:just )?(?:says|shows|gives)(?: \S{1,8}){0,2} error\b/,
  /\b(?:do not|does not|did not|not) (?:have|see|exist|show|find|get|there)(?: \S{1,10}){0,2} (?:that|this|such|any|a|the) (?:\S{1,12} )?(?:option|button|setting|menu|key|thing|page|screen|tab|icon)\b|\b(?:will|does|would|did) not let me\b|\b(?:option|button|setting|menu|tab|icon)(?: \S{1,8}){0,1} (?:does not exist|is missing|is (?:greyed|grayed) out|(?:is not|isnt|not) (?:there|here|available))\b/,
  /\b(?:and|so|but|then|yes|ok) (?:nope|no|nothing|nada)$|^tried (?:\S{1,8} ){0,2}(?:failed|nothing|no)$|\b(?:problem|issue|error|it)(?: is)?(?: still)? (?:there|persists|remains)\b/,
  /\b(?:(?:made|makes|making) (?:it|that|this|things) (?:\S{1,8} )?(?:slower|louder|hotter|crash)|(?:made|making|got|getting|its|is|gets|now) (?:it |things |even |much |a lot |way )*worse|even worse|(?:broke|messed|screwed) (?:it|that|this|things|everything)(?: up)?(?: more| further| worse| completely)?)\b/,
  /\b(?:already (?:did|tried|done|restarted|rebooted|checked|replaced)|(?:did|tried|done) (?:that|it|this|all that|all of that|all of it|everything|those)(?: \S{1,8}){0,1} (?:already|before|twice)|tried (?:that|it|all|everything)$|^(?:i |ive )?(?:tried|done) (?:that|all|everything)|been there done that|^i already tried|did (?:it|that) twice)\b/,
  /\b(?:is|its|problem is|came|come|comes) back(?: again)?$|\b(?:happening|happened|happens|crashed|froze|dropped|died|broke) again\b|\bkeeps (?:happening|dropping|disconnecting|crashing|freezing|restarting|failing|doing it|coming back|saying)\b/,
  /\b(?:that|this) (?:was not|is not) (?:it|the problem|right)\b/,
  /\b(?:hat|haben) (?:leider )?nicht (?:geholfen|funktioniert|geklappt)\b|\b(?:geht|funktioniert|klappt)(?: (?:immer noch|leider|noch|auch|wieder|so)){0,2} nicht\b|\bimmer noch (?:das gleiche|dasselbe|nicht|kaputt|offline)\b/,
  /\bsigue (?:igual|sin funcionar|sin|lento)\b|\bno (?:funciona|funciono|ayudo|sirve|sirvio|me sirvio|me funciono|cambio nada)\b|\bnada cambio\b/,
];
const NOT_TRIED =
  /\b(?:(?:what|and) if (?:it|that|this)|in case (?:it|that|this)|if (?:it|that|this) (?:does|did|do|will|would) not|not (?:tried|had time|tested|yet)|will try|have to try|ill (?:try|do)|let me try|trying (?:that|it) now|tried (?:it|that)? ?and it (?:works|worked))\b/;
const NOT_SO =
  /\b(?:no longer|anymore|so far|(?<!then )stopped(?! (?:again|working|responding))|nothing else|nothing wrong|no (?:problem|worries|issues|more)|big deal|what (?:next|now)|now what|that was all|works? now|working now|now it works|(?:that|it) fixed it)\b/;
const SUCCESS =
  /\b(?:(?:that|it|this|everything)(?: \S{1,15}){0,2} (?:worked|works|fixed|helped|solved)|works (?:now|again)|working (?:now|again)|is fixed|solved|all good|that did it|^fixed|^worked|^solved)\b/;

export const reportsFailure = (clauses: Clause[]): boolean =>
  clauses.some(({ words }) => FAILURE.some((pattern) => pattern.test(words))) &&
  !clauses.some(({ words }) => NOT_TRIED.test(words) || NOT_SO.test(words));

export const reportsSuccess = (clauses: Clause[]): boolean =>
  clauses.some(({ words }) => {
    const found = SUCCESS.exec(words);
    return found !== null && !isDenied(words.slice(0, found.index + found[0].length));
  });

const THANKS =
  /^(?:(?:ok|okay|great|perfect|super|awesome|good|wonderful|excellent|thanks|thank you|thx|ty|cheers|danke|gracias|so much|very much|a lot|again|all good|for (?:your|the|all your) help|that (?:worked|works|helped)|it works(?: now)?|bye|have a (?:nice|good|great) day)(?: |$))+$/;

/** A thank-you and nothing else: no reason to take a settled matter up again. */
export function isOnlyThanks(text: string): boolean {
  const clauses = clausesOf(text);
  return (
    clauses.length > 0 && clauses.every(({ words }) => words.length < 80 && THANKS.test(words))
  );
}
