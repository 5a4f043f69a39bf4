/**
 * Whether a customer asks for a person instead of the assistant: a wish, a question, an order or a bare word. Pure.
 * Who only speaks of people ("the tech said…"), of a visit or of a repair asks for none. Cases: `person.cases.txt`.
 */
import { isDenied, type Clause } from "../../lib/words";

const KIND =
  "(?:next|available|first|free|real|live|actual|human|another|different|customer|support|service|living|breathing|proper|qualified|senior|store|shop)";
const NOUN =
  "(?:human beings?|beings?|ppl|tech support|technical support|customer reps?|humans?|persons?|people|agents?|representatives?|reps?|technicians?|techs?|operator|staff members?|members? of (?:your |the )?staff|staff|employees?|manager|supervisor|advisor|associates?|specialist|expert|owner|boss|team members?|(?:tech support|technical support|sales|support|service|help ?desk) ?(?:person|people|guys?)|service department|colleagues?|customer (?:service|support|care)|csr|live chat|(?:somebody|someone|anyone|anybody) (?:real|human|else|who|from))";
const PERSON = `(?:${KIND} ){0,3}${NOUN}`;
const ONE_OF =
  "(?:(?:one of )?(?:your|the|ur) (?:\\S{1,12} )?(?:people|guys|team|staff|techs|technicians|boss|manager|supervisor|owner|crew|employees?|workers?|experts?|specialists?|agents?|reps?|representatives?)|(?:the|a|your|some) (?:\\S{1,12} )?(?:real one|guy|dude|man|lady|woman|person|tech|technician|colleague|fella)|a colleague|(?:whoever|someone|somebody) (?:\\S{1,8} ){0,2}in charge|whoever|\\S{1,14} the (?:tech|technician|manager|owner|boss|repair guy))";
const SOMEBODY = `(?:${PERSON}|${ONE_OF}|someone|somebody|anyone|anybody|you guys|them)`;
const A = "(?:a |an |the |some |your |any |one |to |another )?";
const TO = "(?: to| with| w| 2| at| of)?";

/** How a wish begins, where it is not the order itself. */
const WISH =
  "(?:i|we) (?:really |just |still |now |only )?(?:want|need|like|prefer|demand|insist|wish|would|d|have asked|asked|said)|any chance|any way|chance to|i would|id|we would|let me|want|wanting|need|can (?:i|we|you|someone|u)|could (?:i|we|you|someone)|may (?:i|we)|might i|please|kindly|request|requesting|number to|number for|way to|how about|would you|how (?:do|can|would) (?:i|we|you)|how to|where (?:do|can) i|who (?:do|can|could|should) i|when (?:can|do) i|is it possible|possible to|have to|is there (?:a way|anyone|someone|somebody|a person|a human|any|a)|is there|why can (?:i not|not i)|why (?:can|do) (?:i|you) not|put me|get me|give me|connect me|transfer me|pass me|able to|just|rather|now";
const ASKED = new RegExp(`\\b(?:${WISH})\\b`);

const TALK = new RegExp(
  `\\b(?:(?:file|make|have) a complaint|complain|talk directly|chat directly|talk|talking|chat|chatting|text|deal|dealing|explain (?:it|this|that|my \\S{1,12})|forward(?:ed)?(?: me| us| this)?|route me|connect(?:ed)?(?: me| us| this)?|transfer(?:red)?(?: me| us)?|put (?:me|us)?(?: through)?|send me(?: over)?|pass (?:me|this|it)(?: on| over| along)?|passing (?:me|this|it)(?: on| over| along)?|bump me(?: up)?|hook me up|hand me (?:over|off)|switch me(?: over)?|pass me(?: on| over)?|get (?:me )?(?:in touch|hold|through)|get (?:ahold|a hold)|escalate(?: me| this| it)?|reach|contact)${TO} (?:directly |now |up )?${A}${SOMEBODY}\\b`,
);
/** Behind the word for a person: what makes it about something else. */
const ELSEWHERE =
  /^ (?:sounding|voice|shaped|sized|icons?|profiles?|search|finder|counter|(?:on|over|through|via) (?:whatsapp|skype|zoom|facetime|teams|discord|xbox|fortnite)|online|at (?:work|home|school|the counter|the desk|apple|microsoft|my)|first|before|yesterday|when i (?:come|drop|bring|pick)|to (?:come|fix|install|repair|replace|set up|pick)|app|software|program|window)\b/;

const ENDS =
  "(?:please|now|here|instead|asap|today|right now|right away|immediately|already|to (?:talk|help|call|answer|look|take|speak|assist|chat|contact|reply|respond)|on (?:the phone|here|this|the line)|not|no|who|that|in here|thanks|thank you|for this|over)";
const WANT = new RegExp(
  `\\b(?:want|need|(?:would|d|id|i) (?:also |really )?like|prefer|rather have|get me|give me|send me|get|gets|demand|have|asked for|asking for|said|request|requesting|find me|bring me) (?:to have )?${A}(?:${PERSON})(?: ${ENDS}\\b| at (?:the|your) \\S+ now|$)`,
);
const GET_SOMEONE = new RegExp(
  `\\b(?:get|give|find|bring|send)(?: me)? (?:some|any)(?:one|body)(?: ${ENDS}\\b| else\\b| (?:competent|qualified|knowledgeable|smart\\w{0,2}|useful|capable|decent)\\b|$)`,
);
const FILLER =
  "(?:ok|okay|please|now|just|no|yes|well|so|and|um|uh|thanks|thank you|asap|instead|forget it|whatever|i said|i asked for|want|need|the|a|an|any|some|to|for|immediately|right|away|only|here|real quick|still|talk to|again|i want|i need|por favor|bitte|un|una|ein|einen|eine)";
const BARE = new RegExp(`^(?:${FILLER} ){0,4}${PERSON}(?: (?:${FILLER}|${PERSON})){0,4}$`);
const IS_THERE = new RegExp(
  `(?:\\b(?:(?:is|are|isnt) there |theres )|^(?:\\S{1,6} ){0,2}?(?<!(?:my|the|his|her) \\S{1,12} )(?:is|are|isnt) )${A}${SOMEBODY}(?: (?:real|human|else))?(?: (?:there|here|available|around|home|online|on here|i can|that i can|who can (?:help|talk|answer|assist|explain)|i could|listening|alive|reading (?:this|my|me)|working now)\\b|$)(?! (?:on|at|in|during|until|over) )`,
);
const A_REAL_ONE =
  /(?:^|\b(?:get|give|bring|find|send|put)(?: me)?(?: on)? )(?:a |an )?(?:real|live|human|actual) one(?: please| now| on)?$/;
const THERE_IS = new RegExp(
  `^(?:any(?: \\S{1,10})? (?:soul|one|body|human)s?|anybody|anyone|someone|somebody)(?: (?:real|human|else|here|there|in there|alive|home|in|at all|out))+$`,
);
const BOT =
  "(?:bots?|robots?|chatbots?|machines?|ai|computer program|virtual assistant|automated (?:answers?|system|responses?|replies)|automation|a i|chat ?gpt|canned (?:answers?|responses?))";
const NO_BOT = new RegExp(
  `(?:^|\\b(?:please |just |i said )?)(?:no more|no|not|stop|hate|sick of|tired of|out of|away from|skip|bypass|get past|done with|done talking to|enough of|enough with|fed up with|instead of|do not want|not want|would not)(?: (?:talking|talk|chat|chatting|speaking|typing|type|writing|dealing|text|texting|to|with|want|like|a|an|the|this|your|these|any|stupid|dumb|damn|all|more|some|of|me)){0,5} ${BOT}(?: (?:please|now|thanks|i want|i need|get me|give me|just)\\b.*|$)`,
);
const NO_BOT_AND = new RegExp(
  `\\b(?:talk|talking|chat|chatting|deal|dealing|typing|sick|tired|done|hate|enough|no more)(?: (?:to|with|of|a|an|the|this|your|these|talking)){0,4} (?!chat ?gpt)${BOT}\\b`,
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
  `\\b(?:can|could|will|would|does) ${A}(?:${KIND} ){0,3}(?:staff members?|members? of staff|employee|supervisor|humans?|person|human being|agent|representative|rep|technician|tech|manager|operator|someone real|somebody real|someone else|real one)(?: \\S+)? (?:be (?:free|available|able|around)|help|answer|reply|read|look into (?:this|it)|look at (?:this|it|that|what|my (?:case|question|chat|messages?|issue|problem))|take over|respond|assist|talk|chat|join|step in)\\b`,
);
const WHO =
  /^(?:so |ok |and |then |well ){0,2}(?:who|whom) (?:can|do|could|should|would|may) i (?:actually |really |even |have to |need to )?(?:talk|chat|complain|turn)\b(?! (?:to )?(?:apple|microsoft|dell|hp)\b)/;
/** "Could one of your guys give me a ring": whoever it is, it is we who are to be reached. */
const REACH =
  "(?:call|phone|telephone|ring|contact|text|reach|get (?:in touch with|hold of|back to|ahold of)|reach out to|follow up with|give|drop|shoot) (?:me|us)\\b|(?:get|be) in touch\\b|reach out\\b";
const REACHED = new RegExp(
  `\\b(?:can|could|would|will|may|must|has to|have to|needs? to|should|please|kindly|have|want|need|let|get|ask|tell|like|prefer|possible|mind|make)(?: (?!when|if|did|from|about|after)\\S{1,14}){0,4} (?:${SOMEBODY}|young man|young lady|guy|gal|human)(?: (?!when|if)\\S{1,14}){0,5} (?:${REACH})`,
);
const BE_CALLED =
  /\b(?:can|could|may|want|like|need|wish|prefer|possible)(?: \S{1,8}){0,4} (?:be|get) (?:called|phoned|contacted|telephoned)(?: back)?\b(?! when)/;
const SOMEONE_CALL = new RegExp(
  `^(?:${SOMEBODY}|technician)(?: from \\S{1,8} \\S{1,8})?(?: (?:please|needs? to|has to|must|should|better|just))* (?:${REACH})`,
);
const HAVE_NAMED = new RegExp(
  `\\b(?:have|ask|tell|get|let) (?!(?:it|this|that|my|the|siri|alexa|google|you|them|him|her) )\\S{2,14} (?:to )?(?:call|phone|ring|telephone|text|contact)(?: me| us)\\b(?! when)`,
);
const CALLBACK =
  /^(?:\S{1,14} ){0,6}?(?:(?:call ?back|phone ?call|return call|ruckruf|llamada)s?)(?: \S{1,14}){0,3}$/;
const CALLBACK_ASKED =
  /\b(?:want|need|request\w*|please|like|prefer|get|have|can i|could i|um|bitte|quiero|necesito|quisiera|arrange|schedule)(?: \S{1,10}){0,4} (?:call ?back|phone ?call|return call|ruckruf|llamada)\b|^(?:a )?(?:call ?back|ruckruf)\b/;
const ON_A_CALL =
  /\b(?:can|could|may|lets|let us|like to|want to|prefer to|possible to)(?: \S{1,8}){0,3} (?:hop on|jump on|have|do|get on|arrange|schedule|set up|talk over|talk by|talk on)(?: \S{1,8}){0,2} (?:call|phone)\b/;
/** "Any humans there that I can talk to?" */
const WHOM_I_CAN = new RegExp(
  `\\b(?:${PERSON}|somebody|someone|anybody|anyone)(?: \\S{1,12}){0,4} (?:i|we) (?:can|could|might) (?:\\S{1,10} )?(?:talk|chat|text|deal)\\b`,
);

// -- Roles, in any order -------------------------------------------------------------------------------------

const ANYONE = `(?:${SOMEBODY}|gentlem[ae]n|ladies|lady|guys?|dudes?|bloke|folks?|man|woman|soul|team|shop|store|department|office|flesh and blood)`;
const TALKING =
  "(?:(?:minutes?|word|time|moment|second) with|talk(?:ing)?|chat(?:ting)?|discuss(?:ing)?|convers(?:e|ation)|word|call(?:ed)?|phone|ring|telephone|text|email|contact(?:ed)?|reach(?:ed)?|connect(?:ed)?|transfer(?:red)?|forward(?:ed)?|through|hear from|in touch|get back|hand(?:ed)? (?:me |this |it )?(?:over|off|to)|pass(?:ed)? (?:me |this |it )?(?:on|along|over|to)|take over|on here|on the (?:line|phone)|explain)";
/** The same words, said of what a person does: then it is done to the customer. */
const TALKS_TO_ME =
  "(?:talk(?:ing)?|chat(?:ting)?|discuss(?:ing)?|(?:call|phone|ring|text|email|contact|reach)(?:ing)? (?:me|us|back|out)|connect(?:ed)?|hear from|in touch|get back|take over|on here|on the (?:line|phone)|explain)";
const TALKS_WITH = new RegExp(
  `\\b(?:${TALKING}(?: (?!about|when|if|from|until|at)\\S{1,14}){0,6} ${ANYONE}|${ANYONE}(?: (?!when|if|from|until|said|told|says)\\S{1,14}){0,5} ${TALKS_TO_ME})\\b`,
);
const ACTUALLY = `(?:(?:real|live|actual|living|human|proper) )+`;
const GIVE_A_PERSON = new RegExp(
  `\\b(?:(?:put|bring|get|fetch|loop|rope|patch|involve|summon|send|give|find|want|need|rather(?: have)?|prefer|like|wish|help|assistance|hand|support|answers?)(?: (?:me|us|in|on|over|for|from|by|have|a|an|the|your|some|any|to|with)){0,4} (?:${ACTUALLY}(?:${NOUN}|someone|somebody|one)|humans?|human beings?|persons?|agents?|representatives?|supervisor|colleagues?|staff))\\b(?! (?:app|password|account|mode|sized|to (?:fix|repair|replace|install|come|pick)|friend|who (?:fixes|repairs|does)|error|eye|folder|info\\w*))`,
);
const PUT_ON = new RegExp(
  `\\b(?:put|get|have)(?: a| an| the| your| some| one of your)? ${ANYONE} on(?: here| the (?:line|phone)| please| now|$)`,
);
const WISHED =
  /\b(?:i|we) (?:\S{1,10} )?(?:want|need|like|prefer|wish|demand|would|could|can|may|might|feel better)\b|\b(?:id|id rather|want|need|let me|can|could|may|please|would you|rather|prefer|kindly|put|bring|get|give|fetch|pass|have|is there|are there|any|anybody|anyone|number|how do|how can|how to|when can|where can|who can|whats)\b/;
/** Another place, another time, another matter than to be helped here and now by somebody. */
const ELSEWHERE_AT_ALL =
  /\b(?:apple|microsoft|dell|hp|lenovo|google|facebook|best buy|verizon|att|bank|insurance|school|zoom|facetime|whatsapp|skype|teams|discord|siri|alexa|cortana|mic|microphone|voice|camera|speakers?|headset|group chat|apps?|contacts|photos|messages?|administrator|password|login|account|wifi|bluetooth|network|server|cable|tv|remote desktop|answers? the phone|(?:is|are) (?:a |any )?(?:humans?|persons?|people) reading|at (?:the )?(?:counter|desk|door)|in person|in the store|while (?:i wait|you)|when (?:i|it|you|the)|before (?:i|you|they|he|she|\w+ing)|yesterday|last (?:week|time|night)|come (?:to|by|over|out|and)|pick(?:s|ed)? up|drop|house|home visit|(?:someone|somebody|anyone) elses?|(?:can|may|should|could|will) i call|ill call|i will call|i called|fix(?:es|ed)?|repair(?:s|ed|ing)?(?! (?:team|department|guys?|staff|shop|person|people))|replace\w*|install\w*|look at my|clean|hire|hiring|buy|sell|sold|cost|price|(?<!in )charge|hours|open|invoices?|order|receipt|appointment)\b/;

const DE_PERSON =
  "(?:mensch(?:en)?|mitarbeiter(?:in|s)?|techniker(?:in)?|person|chef(?:in)?|berater(?:in)?|jemand(?:em|en)?|kundendienst|kundenservice|verkaufer)";
const DE = [
  new RegExp(
    `\\b(?:mit|zu|den|die|einen|eine[mr]?)(?: (?:einem|einer|einen|eine|dem|der|den|echten|echter|richtigen|euren?|ihren?|eurem|ihrem|anderen)){0,3} ?${DE_PERSON}(?: \\S{1,16}){0,3} (?:sprechen|reden|verbinden|chatten|sprechn|telefonieren)\\b`,
  ),
  new RegExp(
    `^(?:bitte |einen? |echte[nr]? |richtige[nr]? |ich will |ich mochte ){0,3}${DE_PERSON}(?: bitte| jetzt| sofort| sprechen)*$`,
  ),
  new RegExp(
    `\\b(?:ein|eine|jemand|einer)(?: \\S{1,10}){0,1}(?: ${DE_PERSON})? (?:soll|muss|kann|konnte|mochte|darf|bitte)(?: \\S{1,10}){0,3} (?:antworten|anrufen|melden|zuruckrufen|kontaktieren)\\b`,
  ),
  /^(?:bitte )?(?:kundendienst|kundenservice) (?:mitarbeiter\w{0,2}|bitte|person)/,
  new RegExp(
    `\\b(?:weiterleiten|durchstellen|verbinden|weiterverbinden|weitergeben)(?: \\S{1,10}){0,3} ${DE_PERSON}|\\b(?:an|mit|zu) (?:\\S{1,10} ){0,2}${DE_PERSON}(?: \\S{1,10}){0,1} (?:weiterleiten|durchstellen|verbinden|weiterverbinden)`,
  ),
  new RegExp(`\\b(?:echte[nr]?|richtige[nr]?) (?:mensch(?:en)?|person|mitarbeiter)\\b`),
  new RegExp(`\\bverbinde(?:n sie)? (?:mich|uns)(?: \\S{1,12}){0,3} ${DE_PERSON}`),
  new RegExp(
    `\\b(?:gebt|geben sie|gib|holt|holen sie|brauche|mochte|will|moechte)(?: mir)? (?:bitte )?(?:einen?|den|ihren?|euren?) ${DE_PERSON}(?:$| (?:bitte|ans? telefon|sprechen|jetzt))`,
  ),
  /\b(?:rufen sie|ruft|ruf) mich(?: bitte)?(?: an| zuruck)\b|\b(?:konnen sie|kann|konnt ihr|kann jemand|kann mich)(?: \S{1,10}){0,3} (?:anrufen|zuruckrufen)$/,
  /^ist (?:da|hier|dort) (?:jemand|wer|ein mensch)\b|\bgibt es hier (?:einen?|auch) /,
  /\bkeine[nm]? (?:roboter|bot|chatbot|maschine|ki)\b|\bnicht mit (?:\S{1,10} )?(?:bot|roboter|maschine|ki|computer|chatbot) (?:reden|sprechen|schreiben|chatten)\b/,
];
const DE_NOT =
  /\b(?:muss|mussen|soll ich|sollen wir|brauche nicht|nicht mit jemandem|nicht mit einem menschen)\b/;
const ES_PERSON =
  "(?:personas?|humanos?|agente|tecnico|alguien|operador(?:a)?|empleado|representante|gerente|encargado|dueno|asesor|ser humano|alguno de ustedes)";
const ES = [
  new RegExp(
    `\\b(?:hablar|hable|hablo|chatear|platicar|comunicar\\w{0,4}|comuniqu\\w{1,4}|comunic\\w{1,4}|contactar|conect\\w{1,5}|pas[ae]\\w{0,4}|transfier\\w{1,4})(?: \\S{1,3})? (?:con |a )(?:un |una |el |la |algun )?${ES_PERSON}(?: real)?\\b`,
  ),
  new RegExp(`\\b(?:persona|humano) (?:real|de verdad)\\b`),
  new RegExp(
    `\\b(?:quiero|necesito|prefiero|deme|dame|quisiera) (?:un |una |a un |a una )?(?:persona|humano|agente|tecnico|operador|representante|asesor|encargado|gerente|ser humano)(?:$| (?:por favor|real|ahora|ya|no|y no))`,
  ),
  new RegExp(
    `^(?:con |un |una |por favor ){0,3}(?:humano|persona|agente|representante|operador|tecnico)(?: por favor| porfa| ya| ahora)*$`,
  ),
  /\b(?:me puede|me pueden|me podrian|me podria|puede|podria|podrian|pueden)(?: \S{1,6})? (?:atender|llamar|llamarme|atenderme|ayudar)(?:me)?(?: (?:una|un|alguna) (?:persona|humano|agente|tecnico)|(?: por favor| porfa| ya| ahora| hoy)*$)|\bque (?:me atiend\w+(?: (?:una|un|alguien).*)?|(?:me|nos) (?:llamen?|contacten?|atiendan?|escriban?|ayuden?)(?: (?:un|una|el|la|alguien) .*)?|alguien me llame|me llame alguien)\b|\bllamenme\b/,
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
  /\b(?:(?:are|r) (?:you|u|these|they|the)|you are|youre|is (?:this|it|a|the|that)|am i|sound(?:s|ing)?(?: like)?|speech|like a|better than|more than|told|said|says|made|made by|verify|prove|reviews?|plugin|widget|wallpaper|error|dedicated|errors?|my \S+ representative|mode|if a|whether|involved|do real|does a|did a|do humans|reading these|anatomy|eyes?|ears?|brain|hair|resources|body|rights|fall flat|emoji)\b/;
const PHONE_CALL =
  /^(?:\S{1,12} ){0,3}(?:can|could|may) (?:we|i) (?:talk|chat|do this|discuss this|speak) (?:on|over|by) (?:the )?phone\b|\bcan i call (?:someone|somebody|anyone)\b|\b(?:have|ask|let|get) (?:someone|somebody|a tech\w*|anyone|a person) (?:to )?(?:contact|reach out|get back to|text|email|message)\b|\b(?:could|can) (?:someone|somebody|a technician|a tech|anyone|a person) (?:please )?(?:reach out|get back to me|contact me|reach me)\b/;
const ROBOTIC =
  /\b(?:stop|no more|enough|tired|sick|quit|hate|these|with)(?: \S{1,10}){0,4} (?:robot|bot|ai|automated|canned|scripted|computer|copy paste|generic) (?:answers?|repl(?:y|ies)|responses?|messages?|chat)\b|\b(?:not|isnt|never) (?:talking|speaking|chatting|talk|chat) (?:to|with) (?:a |an |the |this )?(?:robot|bot|ai|machine|chatbot)\b|\b(?:do not|dont) (?:trust|like|want|need) (?:an |the |this |your |talking to )?(?:ai|bots?|robots?|chatbots?)\b/;

/** Whom the customer talks about, not to. */
const THEIRS =
  /\b(?:my|his|her|our|their) (?:\S{1,20} )?(?:manager|boss|supervisor|agent|staff|employee|people|representative|rep|tech|technician)\b/;
/** Programs and settings that are called after people. */
const PROGRAMS =
  /\b(?:human (?:interface|resources)|humans of|(?:add|edit|delete|my|new|emergency) (?:a )?contact (?:person|list|card)|call of duty|(?:task|device|password|file|boot|window|account|package|session|display|download|credential|font|network|disk|event) managers?|user agent|real time|realtek|real ?estate|manager (?:password|screen|app|mode)|(?:supervisor|manager|operator) (?:password|mode|key|error|screen)|(?:agent|operator|staff|human|people|person|customer|representative|expert) (?:app|software|program|resources|readable|error|of interest|sized|sample|picker|search|47)|customer (?:service|support) (?:desk|hours|open|email)|time machine|virtual machine|washing machine|in person|per person|personal|free agent|not a robot checkbox|im not a robot thing|i am not a robot|text to talk|home visit)\b/;
/** Asked whether one has to, or would: about the way things go here. */
const MUST =
  /\b(?:do|does|would|will|should|must|did) (?:i|we|you|it|this|a|my|one) (?:\S{1,8} )?(?:have to|need|require)\b|\b(?:should|must) i\b|^(?:do|does|did|will|would) (?:i|you|your|we)\b(?! (?:mind|please|be able|kindly|get to|have (?:a |any )?(?:\S{1,10} )?(?:number|line|phone|way|option)))|^(?:how much|how many|what does|what are|whats(?! (?:the|a|your) (?:\S{1,8} )?(?:number|way|line|extension))|when are|who (?:is|will|fixes|owns)|whos)\b|\bhave to talk to (?:someone|somebody|my)\b/;
const PAST =
  /\b(?:i|we|you|he|she|they|someone|somebody) (?:already )?(?:talked|spoke|spoken|called|have talked|was talking)\b|\bi talk to yesterday\b/;
const NO_NEED =
  /\b(?:no need|not need|no (?:humans?|person|agents?) needed|do not (?:transfer|connect|call|escalate|put)|not want to (?:talk|chat) to (?:a |an |any|some)?(?:person|human|anyone|anybody|someone|somebody|agent|one))/;

/** Without one of these nobody is asked for: most messages end here, before the engine compiles a pattern. */
const A_WORD_OF_IT =
  /perso|people|ppl|being|human|agent|\brep|tech|staff|manag|supervis|boss|owner|employ|operat|colleague|team|some ?(?:one|body)|any ?(?:one|body)|anyone|soul|flesh|guy|dude|bloke|lady|ladies|\bman\b|woman|gentle|crew|support|service|care|csr|expert|specialist|advis|worker|bot|machine|\ba ?i\b|automat|chatgpt|assistant|canned|call|phone|ring|contact|reach|transfer|escalat|connect|forward|put me|hand (?:me|this|it)|pass|talk|chat|text|real|live|who|hold of|in touch|get back|shop|store|department|mensch|mitarbeiter|chef|jemand|wer\b|berater|kunden|verkauf|verbind|weiter|durchstell|ruf|keine[nm]?|humano|tecnico|alguien|operador|emplead|represent|gerente|encargado|dueno|asesor|alguno|llam|aten|atien|hablar|comuni|robot|maquina|maschine|computer program|have (?:them|him|her)|(?:e?mail|write) me|\bia\b/;

export function asksForPerson(clauses: Clause[]): boolean {
  return clauses.some(({ words }) => A_WORD_OF_IT.test(words) && isAsk(words));
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
  if (PHONE_CALL.test(words) || ROBOTIC.test(words) || isCallAsked(words)) return true;
  if (claims(words, WHOM_I_CAN) && !PAST.test(words)) return true;
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
  if (claims(words, WANT) || claims(words, GET_SOMEONE) || wantsToTalk(words)) return true;
  const talk = claims(words, TALK);
  if (talk === null || ELSEWHERE.test(words.slice(talk.index + talk[0].length))) return false;
  return talk.index === 0 || ASKED.test(words.slice(0, talk.index + 8));
}

/** A wish, words of talking and a person, in any order: who is meant, and that it is to be now, the rest says. */
function wantsToTalk(words: string): boolean {
  if (ELSEWHERE_AT_ALL.test(words) || !WISHED.test(words)) return false;
  const found = claims(words, TALKS_WITH) ?? claims(words, PUT_ON) ?? claims(words, GIVE_A_PERSON);
  return found !== null;
}

/** The shop is to call, or to write: it is people who do. */
function isCallAsked(words: string): boolean {
  if (/\b(?:when|call of|call quality|missed|function|forwarding|callback url)\b/.test(words))
    return false;
  if (CALLBACK.test(words) && claims(words, CALLBACK_ASKED)) return true;
  return [REACHED, BE_CALLED, SOMEONE_CALL, HAVE_NAMED, ON_A_CALL].some(
    (pattern) => claims(words, pattern) !== null,
  );
}

/** A match that is not denied by what stands before it. */
function claims(words: string, pattern: RegExp): RegExpExecArray | null {
  const found = pattern.exec(words);
  if (found === null) return null;
  const before = words.slice(0, found.index + found[0].length);
  return isDenied(before) ? null : found;
}
