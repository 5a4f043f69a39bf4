/**
 * Whether a customer asks for a person instead of the assistant: a wish, a question, an order or a bare word. Pure.
 * Who only speaks of people ("the tech said…"), of a visit or of a repair asks for none. Cases: `person.cases.txt`.
 */
import { isDenied, type Clause } from "../../lib/words";

const KIND =
  "(?:real|live|actual|human|another|different|customer|support|service|living|breathing|proper|qualified|senior|store|shop)";
const NOUN =
  "(?:human beings?|beings?|ppl|tech support|technical support|customer reps?|humans?|persons?|people|agents?|representatives?|reps?|technicians?|techs?|operator|staff member|staff|employee|manager|supervisor|advisor|specialist|expert|owner|boss|team member|customer (?:service|support|care)|csr|live chat|(?:somebody|someone|anyone|anybody) (?:real|human|else|who|from))";
const PERSON = `(?:${KIND} ){0,3}${NOUN}`;
const ONE_OF =
  "(?:(?:one of )?(?:your|the|ur) (?:\\S{1,12} )?(?:people|guys|team|staff|techs|technicians|boss|manager|supervisor|owner|crew|employees?|workers?|experts?|specialists?|agents?|reps?|representatives?)|the (?:guy|man|lady|woman|person|one|tech|technician) (?:who|that|from|at|in charge))";
const SOMEBODY = `(?:${PERSON}|${ONE_OF}|someone|somebody|anyone|anybody|you guys|them)`;
const A = "(?:a |an |the |some |your |any |one |to |another )?";
const TO = "(?: to| with| w| 2| at| of)?";

/** How a wish begins, where it is not the order itself. */
const WISH =
  "(?:i|we) (?:really |just |still |now |only )?(?:want|need|like|prefer|demand|insist|wish|would|d|have asked|asked|said)|any chance|any way|chance to|i would|id|we would|let me|want|wanting|need|can (?:i|we|you|someone|u)|could (?:i|we|you|someone)|may (?:i|we)|might i|please|how (?:do|can|would) i|how to|where (?:do|can) i|who (?:do|can|could|should) i|when (?:can|do) i|is it possible|possible to|have to|is there (?:a way|anyone|someone|somebody|a person|a human|any|a)|is there|why can (?:i not|not i)|why (?:can|do) (?:i|you) not|put me|get me|give me|connect me|transfer me|pass me|able to|just|rather|now";
const ASKED = new RegExp(`\\b(?:${WISH})\\b`);

const TALK = new RegExp(
  `\\b(?:talk|talking|chat|chatting|text|connect(?:ed)?(?: me| us)?|transfer(?:red)?(?: me| us)?|put (?:me|us)?(?: through)?|hook me up|hand me (?:over|off)|switch me(?: over)?|pass me(?: on| over)?|get (?:me )?(?:in touch|hold|through)|get (?:ahold|a hold)|escalate(?: me| this| it)?|reach|contact)${TO} (?:directly |now |up )?${A}${SOMEBODY}\\b`,
);
/** Behind the word for a person: what makes it about something else. */
const ELSEWHERE =
  /^ (?:(?:on|over|through|via) (?:whatsapp|skype|zoom|facetime|teams|discord|xbox|fortnite)|online|at (?:work|home|school|the counter|the desk|apple|microsoft|my)|first|before|yesterday|when i (?:come|drop|bring|pick)|to (?:come|fix|install|repair|replace|set up|pick)|app|software|program|window)\b/;

const ENDS =
  "(?:please|now|here|instead|asap|today|right now|right away|immediately|already|to (?:talk|help|call|answer|look|take|speak|assist|chat|contact|reply|respond)|on (?:the phone|here|this|the line)|not|no|who|that|in here|thanks|thank you|for this|over)";
const WANT = new RegExp(
  `\\b(?:want|need|(?:would|d|id|i) (?:also |really )?like|prefer|rather have|get me|give me|send me|get|gets|demand|have|asked for|asking for|said|request|requesting|find me|bring me) (?:to have )?${A}(?:${PERSON})(?: ${ENDS}\\b| at (?:the|your) \\S+ now|$)`,
);
const GET_SOMEONE = new RegExp(
  `\\b(?:get|give|find|bring|send)(?: me)? (?:some|any)(?:one|body)(?: ${ENDS}\\b| else\\b|$)`,
);
const FILLER =
  "(?:ok|okay|please|now|just|no|well|so|and|um|uh|thanks|thank you|asap|instead|forget it|whatever|i said|i asked for|want|need|the|a|an|any|some|to|for|immediately|right|away|only|here|real quick|still|talk to|again|i want|i need|por favor|bitte|un|una|ein|einen|eine)";
const BARE = new RegExp(`^(?:${FILLER} ){0,4}${PERSON}(?: ${FILLER}){0,4}$`);
const IS_THERE = new RegExp(
  `\\b(?:(?:is|are|isnt) (?:there )?|theres )${A}${SOMEBODY}(?: (?:real|human|else))?(?: (?:there|here|available|around|home|online|on here|i can|that i can|who can (?:help|talk|answer|assist|explain)|i could|listening|alive|reading|working now)\\b|$)(?! (?:on|at|in|during|until|over) )`,
);
const A_REAL_ONE = /^(?:a |an )?(?:real|live|human|actual) one(?: please)?$/;
const THERE_IS = new RegExp(
  `^(?:anybody|anyone|someone|somebody)(?: (?:real|human|else|here|there|alive|home|in|at all|out))+$`,
);
const BOT =
  "(?:bots?|robots?|chatbots?|machines?|ai|computer program|virtual assistant|automated (?:answers?|system|responses?|replies)|automation|a i|chat ?gpt|canned (?:answers?|responses?))";
const NO_BOT = new RegExp(
  `(?:^|\\b(?:please |just |i said )?)(?:no more|no|not|stop|hate|sick of|tired of|done with|done talking to|enough of|enough with|fed up with|instead of|do not want|not want|would not)(?: (?:talking|talk|chat|chatting|speaking|to|with|want|a|an|the|this|your|these|any|stupid|dumb|damn|all|more|some|of|me)){0,5} ${BOT}(?: (?:please|now|thanks|i want|i need|get me|give me|just)\\b.*|$)`,
);
const NO_BOT_AND = new RegExp(
  `\\b(?:talk|talking|chat|chatting|deal|dealing|sick|tired|done|hate|enough|no more)(?: (?:to|with|of|a|an|the|this|your|these|talking)){0,4} ${BOT}\\b`,
);
const BAD_BOT = new RegExp(
  `^(?:(?:this|your|the|ur|what a|such a|you) )?(?:stupid|dumb|useless|worthless|damn|fucking|idiotic|terrible) ${BOT}$|^(?:this|your|the|ur) (?:stupid |dumb )?${BOT} (?:is|are) (?:so |really |totally |completely )?(?:useless|stupid|dumb|garbage|trash|worthless|terrible|not helping|no help|a joke|annoying)`,
);
const CALL_ME = new RegExp(
  `\\b(?:call|phone|ring|phone up)(?: me| us)(?: back| up)?(?: (?:please|now|today|tomorrow|asap|instead|right now|on \\d+|at \\d+|about (?:this|it)|thanks)\\b|$)`,
);
const CALL_ASKED = new RegExp(
  `\\b(?:can|could|have|please|want|need|get|let|would like|like)(?: please)? ${A}(?:${PERSON}|someone|somebody|anyone|anybody|you|${ONE_OF})(?: to| please){0,2} (?:call|phone|ring|contact)(?: me| us)\\b(?! when)`,
);
const TRANSFER =
  /(?:^|\b(?:please|just|now|then|can you|could you|will you) )(?:transfer me|escalate(?: (?:this|it|me|my \S+))?|put me through|connect me|hand me over|let me talk)(?: please| now| asap)?$/;
const CAN_PERSON = new RegExp(
  `\\b(?:can|could|will|would|does) ${A}(?:${KIND} ){0,3}(?:humans?|person|human being|agent|representative|rep|technician|tech|manager|operator|someone real|somebody real|someone else|real one)(?: \\S+)? (?:help|answer|reply|read|look at|take over|respond|assist|talk|chat|join|step in)\\b`,
);
const WHO = /^(?:so |ok |and )?who can i (?:talk|chat)(?: to| with)?\b/;

const DE_PERSON =
  "(?:mensch(?:en)?|mitarbeiter(?:in|s)?|techniker(?:in)?|person|chef(?:in)?|berater(?:in)?|jemand(?:em|en)?|kundendienst|kundenservice|verkaufer)";
const DE = [
  new RegExp(
    `\\b(?:mit|zu|den|die|einen|eine[mr]?)(?: (?:einem|einer|einen|eine|dem|der|den|echten|echter|richtigen|euren?|ihren?|eurem|ihrem|anderen)){0,3} ?${DE_PERSON}(?: \\S{1,16}){0,3} (?:sprechen|reden|verbinden|chatten|sprechn|telefonieren)\\b`,
  ),
  new RegExp(
    `^(?:bitte |einen? |echte[nr]? |richtige[nr]? |ich will |ich mochte ){0,3}${DE_PERSON}(?: bitte| jetzt| sofort| sprechen)*$`,
  ),
  new RegExp(`\\b(?:echte[nr]?|richtige[nr]?) (?:mensch(?:en)?|person|mitarbeiter)\\b`),
  new RegExp(`\\bverbinde(?:n sie)? (?:mich|uns)(?: \\S{1,12}){0,3} ${DE_PERSON}`),
  new RegExp(
    `\\b(?:gebt|geben sie|gib|holt|holen sie|brauche|mochte|will|moechte)(?: mir)? (?:bitte )?(?:einen?|den) ${DE_PERSON}(?:$| (?:bitte|ans? telefon|sprechen|jetzt))`,
  ),
  /\b(?:rufen sie|ruft|ruf) mich(?: bitte)?(?: an| zuruck)\b|\b(?:konnen sie|kann|konnt ihr|kann jemand|kann mich)(?: \S{1,10}){0,3} (?:anrufen|zuruckrufen)$/,
  /^ist (?:da|hier|dort) (?:jemand|wer|ein mensch)\b|\bgibt es hier (?:einen?|auch) /,
  /\bkeine[nm]? (?:roboter|bot|chatbot|maschine|ki)\b|\bnicht mit (?:\S{1,10} )?(?:bot|roboter|maschine|ki|computer|chatbot) (?:reden|sprechen|schreiben|chatten)\b/,
];
const DE_NOT = /\b(?:muss|mussen|soll|brauche nicht|nicht mit jemandem|nicht mit einem menschen)\b/;
const ES_PERSON =
  "(?:personas?|humanos?|agente|tecnico|alguien|operador(?:a)?|empleado|representante|gerente|encargado|dueno|asesor|ser humano|alguno de ustedes)";
const ES = [
  new RegExp(
    `\\b(?:hablar|hable|hablo|chatear|platicar|comunicar\\w{0,4}|comuniqu\\w{1,4}|comunic\\w{1,4}|contactar|conect\\w{1,5}|pas[ae]\\w{0,4}|transfier\\w{1,4})(?: \\S{1,3})? (?:con |a )(?:un |una |el |la |algun )?${ES_PERSON}(?: real)?\\b`,
  ),
  new RegExp(`\\b(?:persona|humano) (?:real|de verdad)\\b`),
  new RegExp(
    `\\b(?:quiero|necesito|prefiero|deme|dame|quisiera) (?:un |una |a un |a una )?(?:persona|humano|agente|tecnico|operador|representante|ser humano)(?:$| (?:por favor|real|ahora|ya))`,
  ),
  new RegExp(
    `^(?:con |un |una |por favor ){0,3}(?:humano|persona|agente|representante|operador|tecnico)(?: por favor| porfa| ya| ahora)*$`,
  ),
  /\b(?:me puede|me pueden|puede|podria|podrian|pueden)(?: \S{1,6})? (?:atender|llamar|llamarme|atenderme|ayudar)(?:me)?(?: (?:una|un|alguna) (?:persona|humano|agente|tecnico)|$)|\bque (?:me atiend\w+(?: (?:una|un|alguien).*)?|me llamen|alguien me llame|me llame alguien)\b|\bllamenme\b/,
  /^(?:hola )?hay (?:alguien|una persona|alguna persona|un humano)(?: (?:ahi|aqui|disponible|real|con quien))?\b(?! en )/,
  /\bno quiero (?:hablar con )?(?:un |una |el |mas )?(?:robots?|bots?|maquinas?|ia|chatbot)\b/,
];
const ES_NOT =
  /\b(?:no necesito|no hace falta|tengo que|no quiero hablar con (?:nadie|una persona|alguien)|hay que)\b/;

/** Said of nobody but people who answer: a mention is an ask, unless it is about something else. */
const STRONG = new RegExp(
  `\\b(?:humans?|human being|representatives?|(?:real|live|actual|living|breathing) (?:persons?|people|ppl|humans?|someone|somebody|agents?|reps?|technicians?|techs?|operators?)|(?:someone|somebody|anyone|anybody) (?:real|human|alive)|live (?:chat|support|help)|customer (?:service |support )?reps?|human (?:agent|support|help))\\b`,
);
const NO_MENTION =
  /\b(?:(?:are|r) (?:you|u|these|they|the)|you are|youre|is (?:this|it|a|the|that)|am i|sounds? like|like a|better than|more than|told|said|says|made|made by|verify|prove|reviews?|plugin|widget|wallpaper|error|dedicated|errors?|my \S+ representative|mode|if a|whether|involved|do real|does a|did a|do humans|anatomy|body|rights|fall flat|emoji)\b/;
const PHONE_CALL =
  /^(?:\S{1,12} ){0,3}(?:can|could|may) (?:we|i) (?:talk|chat|do this|discuss this|speak) (?:on|over|by) (?:the )?phone\b|\bcan i call (?:someone|somebody|anyone)\b|\b(?:have|ask|let|get) (?:someone|somebody|a tech\w*|anyone|a person) (?:to )?(?:contact|reach out|get back to|text|email|message)\b|\b(?:could|can) (?:someone|somebody|a technician|a tech|anyone|a person) (?:please )?(?:reach out|get back to me|contact me|reach me)\b/;
const ROBOTIC =
  /\b(?:stop|no more|enough|tired|sick|quit|hate|these|with)(?: \S{1,10}){0,4} (?:robot|bot|ai|automated|canned|scripted|computer|copy paste|generic) (?:answers?|repl(?:y|ies)|responses?|messages?|chat)\b|\b(?:not|isnt|never) (?:talking|speaking|chatting|talk|chat) (?:to|with) (?:a |an |the |this )?(?:robot|bot|ai|machine|chatbot)\b|\b(?:do not|dont) (?:trust|like|want|need) (?:an |the |this |your |talking to )?(?:ai|bots?|robots?|chatbots?)\b/;

/** Whom the customer talks about, not to. */
const THEIRS =
  /\b(?:my|his|her|our|their) (?:\S{1,20} )?(?:manager|boss|supervisor|agent|staff|employee|people|representative|rep|tech|technician)\b/;
/** Programs and settings that are called after people. */
const PROGRAMS =
  /\b(?:(?:task|device|password|file|boot|window|account|package|session|display|download|credential|font|network|disk|event) managers?|user agent|real time|realtek|real ?estate|manager (?:password|screen|app|mode)|(?:supervisor|manager|operator) (?:password|mode|key|error|screen)|(?:agent|operator|staff|human|people|person|customer|representative|expert) (?:app|software|program|resources|readable|error|of interest|sized|sample|picker|search|47)|customer (?:service|support) (?:desk|hours|open|email)|time machine|virtual machine|washing machine|in person|per person|personal|free agent|not a robot checkbox|im not a robot thing|i am not a robot|text to talk|home visit)\b/;
/** Asked whether one has to, or would: about the way things go here. */
const MUST =
  /\b(?:do|does|would|will|should|must|did) (?:i|we|you|it|this|a|my|one) (?:\S{1,8} )?(?:have to|need|require)\b|\b(?:should|must) i\b|^(?:do|does|did|will|would) (?:i|you|your|we)\b|^(?:how much|how many|what does|what are|whats|when are|who (?:is|will|fixes|owns)|whos)\b|\bhave to talk to (?:someone|somebody|my)\b/;
const PAST =
  /\b(?:i|we|you|he|she|they|someone|somebody) (?:already )?(?:talked|spoke|spoken|called|have talked|was talking)\b|\bi talk to yesterday\b/;
const NO_NEED =
  /\b(?:no need|not need|no (?:humans?|person|agents?) needed|do not (?:transfer|connect|call|escalate|put)|not want to (?:talk|chat) to (?:a |an |any|some)?(?:person|human|anyone|anybody|someone|somebody|agent|one))/;

export function asksForPerson(clauses: Clause[]): boolean {
  return clauses.some(({ words }) => isAsk(words));
}

function isAsk(words: string): boolean {
  if (DE.some((pattern) => pattern.test(words))) return !DE_NOT.test(words);
  if (ES.some((pattern) => pattern.test(words))) return !ES_NOT.test(words);
  if (TRANSFER.test(words) && !NO_NEED.test(words)) return true;
  if (NO_BOT.test(words) || BAD_BOT.test(words))
    return !/\b(?:you|i am|am i|u) (?:a |not )/.test(words);
  if (PROGRAMS.test(words) || NO_NEED.test(words)) return false;
  if (NO_BOT_AND.test(words) && !/^(?:am|are|is|do) /.test(words)) return true;
  if (BARE.test(words) || WHO.test(words) || A_REAL_ONE.test(words) || THERE_IS.test(words))
    return true;
  if (PHONE_CALL.test(words) || ROBOTIC.test(words)) return true;
  if (THEIRS.test(words) || MUST.test(words)) return false;
  if (claims(words, STRONG) && !NO_MENTION.test(words) && !PAST.test(words)) return true;
  if (IS_THERE.test(words))
    return !/\b(?:store|shop|office|counter|issue|problem|sundays?)\b/.test(words);
  if (claims(words, CALL_ASKED)) return true;
  if (claims(words, CALL_ME))
    return (
      !/^(?:someone|somebody|you|they|he|she|will|did|do)\b/.test(words) && !/\bwhen\b/.test(words)
    );
  if (CAN_PERSON.test(words) && !/\b(?:come|visit|house|home|fix)\b/.test(words)) return true;
  if (PAST.test(words) && !ASKED.test(words)) return false;
  if (claims(words, WANT) || claims(words, GET_SOMEONE)) return true;
  const talk = claims(words, TALK);
  if (talk === null || ELSEWHERE.test(words.slice(talk.index + talk[0].length))) return false;
  return talk.index === 0 || ASKED.test(words.slice(0, talk.index + 8));
}

/** A match that is not denied by what stands before it. */
function claims(words: string, pattern: RegExp): RegExpExecArray | null {
  const found = pattern.exec(words);
  if (found === null) return null;
  const before = words.slice(0, found.index + found[0].length);
  return isDenied(before) ? null : found;
}
