/**
 * What a text does to consent, by its words: the FCC's list of opt-out words (47 CFR 64.1200(a)(10)) and plain ways
 * of saying the same, opt-in and help likewise. Pure. A text about something else that merely holds such a word
 * ("stop the pop-ups") is a question. Cases: `consent.cases.txt`.
 */
import { readReaction } from "../../lib/reactions";
import { clausesOf } from "../../lib/words";

export type ConsentWord = "stop" | "start" | "help";

/** "opt-out" and "optout" are "opt out"; so are slips of the thumb. */
const SPELLINGS: [RegExp, string][] = [
  [/\bopt ?out\b/g, "optout"],
  [/\bopt ?in\b/g, "optin"],
  [/\bun stop\b/g, "unstop"],
  [/\bs t o p\b/g, "stop"],
  [/\bstop all\b/g, "stopall"],
  [/\b(?:stpo|sotp|stopp|stp|stoop|sstop|stopo)\b/g, "stop"],
  [
    /\b(?:unsubscibe|unsubcribe|unsuscribe|unsubscribe|unsubscrib|unsubsribe|unsub|un subscribe)\b/g,
    "unsubscribe",
  ],
  [
    /\b(?:txts?|sms|msgs?|messages?|texts?|text messages?|mensajes?|textos?|texte|sms texts?|nachrichten|notifications?|sms nachrichten)\b/g,
    "text",
  ],
  [/\b(?:txting|texting|messaging)\b/g, "texting"],
  [/\btext text\b/g, "text"],
];

const AROUND =
  "(?:please|now|just|ok|okay|thanks|thank you|and|ty|damn it|dammit|man|bro|sir|omg|ugh|no|me|it|this|all|already|at once|immediately|i said|yes|right now|today|por favor|porfa|bitte|sofort|jetzt|ya|danke|gracias|everything|altogether|wrong number|who is this|this is the wrong number|asap|sir|guys|not interested|im not interested|i am not interested|no thanks|i changed my mind|wrong person|you have the wrong number|you have the wrong person|leave me alone|do not want this|this is spam|spam|go away)";
const around = (core: string) =>
  new RegExp(`^(?:${AROUND} ){0,4}(?:${core})(?: (?:${AROUND}|${core})){0,6}$`);

const STOP_WORD = "stop|stopall|quit|end|revoke|optout|cancel|unsubscribe";
const STOP = around(
  `${STOP_WORD}|no more(?: text)?|no text|remove|halt|cease|desist|enough|unsubscribed|out|basta|stopt|schluss|aufhoren|alto|no mas|parar|para|baja|cancelar|abmelden|abbestellen|austragen|beenden|ende|stoppen|desuscribir(?:me)?|arret`,
);
const TEXT =
  "(?:(?:the|these|those|this|all|any|anymore|your|ur|more|of|my|such|marketing|automated|further|future|spam|stupid|damn|fucking|annoying|unwanted|constant|so many) ){0,4}(?:text(?: alerts?)?|stuff|things|crap|junk|spam|ads|offers|promotions|promos|alerts|reminders|anything)";
const TAIL =
  "(?: (?:please|ok|okay|and|bye|for good|today|right now|asap|me|now|anymore|any more|again|ever|ever again|at all|thanks|thank you|immediately|from you|from your \\S+|from this number|from now on|to this number|to this phone|to my phone|to me|this number|my number|my phone|you|guys|already|at once|sir|i am not interested|im not interested|por favor|mehr|bitte|mas|nunca))*$";
const BEFORE =
  "(?:^|^(?:\\S+ ){0,6}?(?:please|number|this|ok|just|must|now|kindly|said|you to|you guys to|want to|like to|how do i|how can i|how to|i|asked you to|told you to|need to|can you|could you|will you|would you|you can|im|you|thanks|to|and|yes|no|so|quiero|bitte) )";

const OPT_OUT = [
  // Stop texting me, quit sending me texts.
  `${BEFORE}(?:stop|quit|cease|end|cancel|discontinue|turn off|disable|block|halt|drop|kill|shut off|switch off|stop it|cut|cut out|lay off|enough|enough of|basta de|knock it off|spare me|no more|without)(?: (?:sending|with|getting|receiving|me|sending me|bothering|all|these|those|of))* (?:${TEXT}|texting(?: me| us| this number| my phone)?|(?:these|those|this)(?: now| please)*$)${TAIL}`,
  `${BEFORE}(?:stop|quit) (?:contacting|bothering|spamming|harassing|bugging|annoying|calling|emailing|mailing|writing|reaching out|blowing up)(?: me| us| my phone| to me)?${TAIL}`,
  `${BEFORE}(?:turn|switch|shut) ${TEXT} off${TAIL}`,
  // Let no more come.
  `${BEFORE}(?:put|place|add) (?:me|my number|this number) (?:on|to) (?:the|your|a)(?: \\S{2,12}){0,4} (?:list|registry)${TAIL}`,
  // Don't text me, never contact me again, I don't want any more texts.
  `${BEFORE}(?:do not|never|not to|no longer|dont ever)(?: ever)? (?:text|texting|message|contact|bother|spam|write|send)(?: me| us| this number| this phone| anything| to me)?(?: ${TEXT})?${TAIL}`,
  `\\b(?:i|we) (?:do not|no longer|did not|never|would not)(?: (?:want|wish|need|like|agree|consent|sign up|sign|subscribe|ask|care|request|authori[sz]e|approve|appreciate))(?: up)?(?: (?:to|for))?(?: (?:get|getting|receive|receiving|have|be sent|read|see))?(?: any)? ${TEXT}${TAIL}`,
  `\\bno longer (?:want|wish)(?: to (?:get|receive))? ${TEXT}${TAIL}`,
  // Unsubscribe me, opt me out, take me off the list.
  `${BEFORE}unsubscribe(?: me| us| my number| this number| from (?:this|your|the|these|all|ur)(?: (?:list|text|service|number|thread))?| from text)*${TAIL}`,
  `${BEFORE}(?:optout|opt me out|opting out)(?: me| of (?:this|these|the|your|all|everything)?(?: ?(?:text|list|service))?| please)*${TAIL}`,
  `${BEFORE}(?:remove|take|delete|get|drop|scratch)(?: (?:me|us|my number|this number|my phone|my phone number|my name|number))(?: off| from| out)*(?: (?:of )?(?:your|this|the|ur|all|these|my))?(?: (?:text|texting|contact|mailing|sms|call))?(?: (?:list|lists|text|system|database|contacts|records))?${TAIL}`,
  `${BEFORE}(?:be|get|have (?:me|my number|this number)|get (?:me|my number))(?: (?:removed|taken off|deleted|unsubscribed|dropped|opted out))(?: (?:from|off|of))*(?: (?:your|this|the|ur|all|these|my|any))?(?: (?:text|texting|contact|mailing|sms|call))?(?: (?:list|lists|text|system|database|records))?${TAIL}`,
  `^(?:please )?(?:do not|not) (?:want|need|like)(?: to (?:get|receive))? ${TEXT}${TAIL}`,
  `${BEFORE}(?:revoke|withdraw|take back|rescind|cancel|end)(?: my| all| the)? (?:consent|permission|subscription|text alerts)(?: (?:to|for|from|of) ?(?:(?:(?:receive|get|receiving|getting|be sent) )?${TEXT}|being text\\S*)?)?${TAIL}`,
  `^(?:please )?(?:leave me alone|lose (?:my|this) number|go away|get lost|fuck off|piss off|(?:get )?off (?:of )?my (?:phone|line|number)|(?:quit|stop) it)${TAIL}`,
  `^(?:i (?:want|would like) out|count me out|get me out|let me out|(?:how (?:do|can) i |i want to |please )?(?:get|be|come) off (?:of )?(?:this|the|your|these) (?:list|text|thread|service))${TAIL}`,
  `^(?:block|blocked|blocking (?:you|this number)|reported|reported as spam|spam)${TAIL}`,
  `^(?:(?:please )?do not (?:want|need) (?:this|these|it))(?: text)?${TAIL}`,
  // Spanish, German.
  `^(?:por favor )?(?:ya )?no (?:me |nos )?(?:escriban?|manden?|envien?|mande|envie|molesten?|contacten?|quiero|deseo|necesito)(?: recibir)?(?: mas| sus| estos| ningun)*(?: text)?${TAIL}`,
  `^(?:por favor )?(?:dejen?|deja|paren?|para|dejad) de (?:escribirme|mandarme|enviarme|molestarme|contactarme|mandar|enviar)(?: mas| sus)*(?: text)?${TAIL}`,
  `^(?:por favor )?(?:no mas text|(?:quiero )?dar(?:me|se)? de baja|denme de baja|borren? mi numero|quiten? mi numero|(?:quiten|saquen|eliminen|borren|quite|saque)me (?:de|del)(?: \\S{1,8}){1,2})${TAIL}`,
  `^(?:bitte )?(?:ich (?:mochte|will|wunsche) )?(?:keine|nie wieder|nicht)(?: weiteren?)? (?:text|sms)(?: (?:mehr|bitte|von euch|erhalten|bekommen))*$`,
  `^(?:bitte )?(?:lass(?:t|en sie)? (?:mich|uns) in ruhe|(?:das )?(?:aufhoren|genug))(?: bitte| endlich)*$|^(?:bitte )?(?:nicht mehr|nie wieder|keine weiteren) (?:schreiben|text|simsen|melden)(?: bitte)?$`,
  `^(?:bitte )?(?:schreib\\S*|textet|kontaktier\\S*)(?: sie)?(?: mir| mich| uns)? (?:bitte )?nicht(?: mehr| mehr an)?(?: bitte)?$|^(?:bitte )?nicht mehr (?:schreiben|texten|kontaktieren|anschreiben)(?: bitte)?$`,
  `^(?:bitte )?(?:hort|hor|horen sie)(?: bitte)? auf(?:(?: (?:mir|uns|mich))?(?: zu)? (?:schreiben|texten|nerven|simsen)| damit| bitte)?$|^(?:bitte )?(?:meldet|melden sie|tragt|tragen sie|nehmt|nehmen sie|loscht|loschen sie|streicht|streichen sie|entfern\\S*(?: sie)?) (?:mich|meine nummer|diese nummer)(?: \\S+){0,3}(?: ab| aus| raus)?(?: bitte)?$`,
].map((pattern) => new RegExp(pattern));

/** What else is stopped, cancelled, ended: the repair, an order, a program, the pop-ups. */
const ABOUT_ELSE =
  /\b(?:when|until|before|by|code|codes|error|watch|motion|windows|update|updates|popups?|pop|ups|repair|repairs|order|appointment|subscription(?! (?:to|for|of) text)|work|beeping|noise|restarting|freezing|crashing|app|apps|program|task|process|button|norton|adobe|netflix|account|facebook|gmail|outlook|newsletters?|emails?|spam from|of the|week|day|month|call (?:my|instead|him|her)|laptop|computer|pc|phone (?:from|sends)|printer|screen|insider|chrome|diagnostics?|virus|macbook|iphone|going|keep|keeps|price|geht|fan|stop sign|light|service at|loss|doing that|0x\w+|the \S+ing)\b/;
/** "Stop, I'm not interested": an order, and why. */
const PLAIN_STOP = around("stop|stopall|unsubscribe|optout");
/** What went before a last "stop" was about being texted. */
const OF_TEXTS =
  /\b(?:why (?:do|am|are) (?:i|you)|(?:getting|receiving|sending|sent|got) (?:me )?(?:these|this|text|all)|text|texting|who (?:is|are) (?:this|you)|wrong (?:number|person)|not interested|sign up|i said|how did you get)\b/;
/** By another way, not never. */
const INSTEAD = /\b(?:instead|rather|call (?:me|him|her|my))\b/;
/** What may stand with a stop in a text of four words or fewer, whatever it means. */
const SHORT_STOP = /^(?:\S+ )?(?:stop|stopall|unsubscribe|optout|revoke)(?: \S+){0,3}$/;
const NOT_AN_ORDER =
  /\b(?:can|will|wont|not|do|does|did|bus|f|non|full|to|must|cant|how|why|where|when|it|by|for|ill|i|code|at|the|my|a|in|on|is|was|yes|popup)\b/;

const START = around(
  `(?:(?:i )?(?:want|would like|like|need|miss)(?: to)?(?: (?:get|receive|have|opt|be))?|(?:sign|add|put) me(?: back)?(?: up)?(?: (?:for|to|on))?|turn|switch|send(?: me)?|start|resume|restart|re enable|reactivate|bring)(?: back)?(?: the| my| your| these)* (?:text|optin|texting)(?: (?:back|on|again))+|(?:opt me (?:back )?in|opt back in|optin again|i want to (?:opt back in|optin|be texted again))|(?:start|begin|resume)(?: over)? again|(?:re ?)?subscribe(?: me)?(?: again)?|start|unstop|optin|subscribe|resubscribe|resume|begin|(?:start|resume|restart|turn on|continue|enable)(?: sending)?(?: me)?(?: the| my| your)* (?:text|texting)(?: me)?(?: again)?|(?:you can |you may |please )?(?:text|message) me again|opt me(?: back)? in|(?:sign|add) me (?:back )?up|empezar|comenzar|iniciar|starten|anmelden|alta`,
);
const HELP = around("help|info|information|ayuda|hilfe|informacion|help info");
const YES = around("yes|y|yeah|si|ja");

/** A text's words as these rules read them. */
function wordsOf(text: string): string[] {
  return clausesOf(text).map(({ words }) =>
    SPELLINGS.reduce((said, [pattern, spelling]) => said.replace(pattern, spelling), words),
  );
}

/**
 * What a text does to consent, or null for one that somebody must read. YES opts in only who had opted out: from
 * anybody else it answers a question. A text of four words or fewer that may be a stop is one: the answer says how to
 * start again, and a text that was meant otherwise costs less than one that was not wanted. `optOutType` is what a
 * messaging service with advanced opt-out says that it took the text for; it has words of its own.
 */
export function consentWordOf(
  text: string,
  optedOut: boolean,
  optOutType?: string,
): ConsentWord | null {
  const type = optOutType?.toLowerCase();
  if (type === "stop" || type === "start" || type === "help") return type;
  if (readReaction(text) !== null) return null;
  const clauses = wordsOf(text);
  const all = clauses.join(" ");
  if (all === "" || all.length > MAX_CHARS) return null;
  if (START.test(all) || (optedOut && YES.test(all))) return "start";
  if (HELP.test(all)) return "help";
  if (STOP.test(all)) return "stop";
  if (INSTEAD.test(all)) return null;
  if (clauses.some((words) => !ABOUT_ELSE.test(words) && isOptOut(words))) {
    return ABOUT_ELSE.test(all) &&
      !/\b(?:text|texting|unsubscribe|optout|sending me|contacting)\b/.test(all)
      ? null
      : "stop";
  }
  if (
    clauses.length > 1 &&
    PLAIN_STOP.test(clauses[0]!) &&
    !ABOUT_ELSE.test(all) &&
    all.split(" ").length <= 10
  )
    return "stop";
  if (clauses.length > 1 && PLAIN_STOP.test(clauses.at(-1)!) && OF_TEXTS.test(all)) return "stop";
  if (clauses.some(asksForNone)) return "stop";
  const inDoubt = all.split(" ").length <= 4 && SHORT_STOP.test(all);
  return inDoubt && !NOT_AN_ORDER.test(all) && !ABOUT_ELSE.test(all) ? "stop" : null;
}

/** An end and texts, in any order, in a few words that are about nothing else. */
const asksForNone = (words: string): boolean =>
  words.split(" ").length <= 10 &&
  END.test(words) &&
  TO_ME.test(words) &&
  !ABOUT_ELSE.test(words) &&
  !MINE_FAIL.test(words);
const END =
  /\b(?:stop|quit|cease|end|cancel|discontinue|enough|no more|do not|never|no longer|remove|delete|take|optout|opting|unsubscribe|withdraw|revoke|halt|block|off)\b/;
const TO_ME =
  /\b(?:(?:these|those|your|ur|the|any|more|all|send\w*|me) text|text(?:ing)? (?:me|us|this|my)|text no more|my (?:phone )?number|this number|(?:off|from|out of) (?:your|this|the|my) (?:\S{1,8} )?(?:list|system|phone|database)|contact(?:ing)? me|(?:be|being) (?:text|texted|contacted|messaged)|writ(?:e|ing) (?:to )?me|bugging me|bothering me)\b/;
/** Texts that fail to come or go are a fault of a phone. */
const MINE_FAIL =
  /\b(?:can|will|does|did|get|getting|receive|receiving|send|sending) (?:not |any |my |no ){0,2}(?:text|photo)\b.*\b(?:from|to) (?!you|this|ur)|\b(?:how|what|why does|does|is|from my \S+|my \S+ (?:will|does|do|can|is|keeps)|i (?:can|could) not|get your|get no|remove (?:the|my old)|delete (?:the|my old)|when|sim|screen|iphone|android|app|mom|wife|friend|bank|verizon|att|too (?:small|big))\b/;

const isOptOut = (words: string): boolean => OPT_OUT.some((pattern) => pattern.test(words));

/** Longer texts are about more than consent. */
const MAX_CHARS = 300;
