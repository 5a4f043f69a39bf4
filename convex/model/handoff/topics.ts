/**
 * Matters that people decide, whatever the assistant could say: a scam that is going on, ransomware, lost data, the
 * law, money back. Pure. Whoever asks how such things are, or wants to prevent them, has none. Cases:
 * `topics.cases.txt`.
 */
import { isDenied, type Clause } from "../../lib/words";
import { dangerOf, type Danger } from "./danger";
import { LAWYER, REMOTE, ROLES, type Matter } from "./topicRoles";

export type Topic = Danger | Matter;

/** Danger to people, before which everything else waits. */
export const isDanger = (topic: Topic | null): topic is Danger =>
  topic === "danger" || topic === "swollen_battery";

/** At most so many words between two that belong together. */
const gap = (most: number) => `(?: \\S{1,24}){0,${most}} `;

const DATA =
  "(?:files?|photos?|pictures|videos?|documents?|data|drives?|disk|everything|contacts|backups?|thesis|emails|messages|music|notes|folders?|work|projects?|dateien|daten|fotos|bilder|archivos|datos)";
const LOST =
  "(?:gone(?! (?:blurry|dark|grainy|black))|lost|deleted|erased|wiped|disappeared|vanished|missing|formatted|corrupted|corrupt|overwritten|empty|unreadable)";
const STORE =
  "(?:hard drives?|hard disk|hdd|ssd|external|drives?|disk|usb stick|usb|thumb drive|flash drive|memory card|sd card|memory stick|nas|phone)";
const MINE =
  /\b(?:i|im|ive|my|me|deposit|we|our|us|mine|mein|meine|meinen|mi|mis|moms?|dads?|kid|son|daughter|wife|husband|someone|can you (?:please )?(?:void|refund|reverse|credit|reimburse|cancel))\b/;
const QUESTION =
  /^(?:(?:ok|and|also|so) )?(?:do|does|can(?! not)|could|will|would(?! (?:like|love|appreciate))|what|which|how|where|when|is|are|whats|hows|should|why) /;
/** A matter that is spoken of, not had. */
const GENERAL =
  /\b(?:policy|policies|prevent|avoid|stay safe|safe from|protect|protection|anti|antiransomware|insurance|in case|when i (?:cancel|return)|what if|before i|before data|if (?:i|it|you|my|the|something)|software|will (?:i (?:lose|still)|my|it|the)|would i|do i lose|how (?:do|can) i (?:back|delete|format|wipe|encrypt|install|tell|know|avoid|allow)|not want to lose|class|classes|awareness|how much|recommendation|chances|possible)\b/;
const CALLER =
  "(?:callers?|scammers?|hackers?|stranger|someone|somebody|some guy|some man|him|her|them|a (?:guy|man|lady|woman|person)|the (?:guy|man|lady|woman|person)|he|she|they|microsoft|norton|amazon|apple|paypal|geek squad|tech support)";
const SENSITIVE =
  "(?:card(?: number| info| details| information)?|credit card\\S*|debit card|bank (?:\\S+ )?(?:info|details|password|login|account|number)|account(?: number| info| details)?|social(?: security(?: number)?)?|ssn|passwords?|login|pin|code|codes|personal info(?:rmation)?|access|remote access|control|numbers?|info|details)";
const GAVE = "(?:gave|given|give|told|read|sent|shared|showed|let)";

type MatterRule = {
  topic: Matter;
  patterns: RegExp[];
  not?: RegExp;
};

const RULES: MatterRule[] = [
  {
    topic: "scam",
    // The shop's own people, and what was not done.
    not: /\b(?:your (?:tech|technicians?|guy|shop|store|team|counter)|at the counter|you guys|to pay|hung up|did not (?:give|click|call|pay|let)|nothing happened|spam calls|give you|gave you)\b/,
    patterns: [
      /\b(?:scammed|got scam|been scam|was scam|defrauded|swindled|conned|phished)\b/,
      /\b(?:fell for|victim of|fallen for|caught by) (?:a |an |some |the )?(?:\S{1,14} ){0,3}(?:scam|fraud|phishing)\b/,
      new RegExp(
        `\\b(?:scammers?|hackers?)(?: \\S{1,12}){0,3} (?:is|are|was|got|has|had|took|stole|in|inside|on|into|access)\\b`,
      ),
      new RegExp(
        `\\b(?:gave|given|let|sent|paid|giving|money|sending)${gap(6)}?(?:to )?(?:a |the |some )?scammers?\\b`,
      ),
      new RegExp(`\\b${GAVE}${gap(5)}?(?:a |the |some )?(?:caller|stranger)\\b`),
      new RegExp(`\\b${GAVE} (?:a |the |some )?${CALLER}(?: \\S{1,14}){0,6} ${SENSITIVE}\\b`),
      new RegExp(
        `\\b${GAVE}(?: \\S{1,14}){0,5} ${SENSITIVE} (?:over the phone|on the phone|to (?:a |an |the |some )?(?:caller|${CALLER}))\\b`,
      ),
      new RegExp(
        `\\blet (?:a |an |the |some )?(?:\\S{1,14} ){0,4}(?:in|into|on|onto|inside|remote into|take over|control|take control|remote|access)(?: (?:my|of my|her|his|the|our|to my))?(?: \\S{1,12}){0,1} ?(?:computer|pc|laptop|mac|phone|desktop)\\b`,
      ),
      new RegExp(
        `\\b(?:they|he|she|someone|somebody|guy|man|caller|scammer)(?: \\S{1,12}){0,4} (?:remoted|took control|took over|take over|taken over|got into|logged into|controlling|control)(?: \\S{1,12}){0,4} ?(?:pc|computer|laptop|mac|in|screen|mouse)?\\b`,
      ),
      new RegExp(
        `\\b(?:had|made|told|asked|asking|wants?|tells|telling|making) (?:me|us|my \\S+|him|her)(?: to)? (?:\\S{1,10} )?(?:install|download|open|run|let|buy|allow)(?: \\S{1,14}){0,3} ?(?:${REMOTE}|gift cards?|something on my|them on my|him on my|my bank)\\b`,
      ),
      new RegExp(
        `\\b(?:installed|downloaded|install|download) ${REMOTE}(?: \\S{1,14}){0,3} (?:caller|told|man|guy|phone|he|they|microsoft|scammer)\\b`,
      ),
      new RegExp(`\\bbecause (?:a |the |some )?(?:man|guy|caller) told me\\b`),
      /\b(?:they|he|she|someone|somebody|there is|theres)(?: \S{1,12}){0,3} (?:with|using|through|via|by) (?:any ?desk|team ?viewer)\b/,
      /\b(?:bought|paid|purchased|sent|read)(?: \S{1,12}){0,4} gift cards\b|\b(?:bought|paid|sent|read)(?: \S{1,12}){0,4} gift card\b.*\b(?:him|them|her|caller|scammer|someone|phone)\b|\bgift cards?(?: \S{1,12}){0,4} (?:read|numbers|codes|scratch)\b/,
      /\b(?:called|rang|phoned) (?:the|that|a) number(?: \S{1,14}){0,12} (?:popup|pop up|screen|they|them|paid|control|email|message|warning)\b/,
      /\b(?:popup|pop up|email|message|renewal|screen)(?: \S{1,14}){0,8} (?:i|and i|she|he|so i) called(?: \S{1,12}){0,4} (?:they|and|gave|them|paid)\b/,
      /\b(?:entered|typed|put|submitted|gave|put in)(?: \S{1,12}){0,4} (?:card|password|login|bank|info|ssn|details)(?: \S{1,10}){0,4} (?:fake|phishing|scam|bogus|phony) (?:\S{1,10} ){0,1}(?:site|website|page|link|email|form)\b/,
      /\b(?:clicked|opened)(?: \S{1,12}){0,3} (?:phishing|scam|fake)(?: \S{1,10}){0,2} .*\b(?:entered|typed|gave|put|logged|password|card|login)\b/,
      /\bfake (?:microsoft|tech support|support|norton|amazon|apple|paypal)(?: \S{1,10}){0,3} (?:charged|took|got|has|stole|billed)\b/,
      /\b(?:renewal|support|subscription|refund) (?:scam|fraud)\b/,
      /\b(?:wired|sent|transferred|paid|zelled|venmoed)(?: \S{1,10}){0,3} (?:to|for) (?:a |the |some )?(?:tech support|scammers?|caller|microsoft guy|man on the phone|guy on the phone|stranger)\b/,
      /\b(?:he|hes|she|shes|they|theyre|theres someone|there is someone|someone is|somebody is|some guy is)(?: (?:is|are|still|in|on|inside|now|right now|currently)){0,4} (?:on|in|inside|controlling|using|into) (?:my|our|her|his) (?:computer|pc|laptop|mac|screen|mouse|phone)\b(?! (?:is|and is|screen|cracked))/,
      /\b(?:some guy|a guy|the guy|a man|someone|somebody|they|caller|microsoft|amazon|support)(?: \S{1,14}){0,5} (?:on the phone|called)(?: \S{1,14}){0,10} (?:remote access|the code|install something|let them|access to my|in my pc|into my|gift cards?|my bank|gave them)\b/,
      /\b(?:asking|asked|wants?|telling) me to (?:let|give|allow|install|download|send|wire|buy)(?: \S{1,12}){0,4} (?:computer|access|something|money|gift cards?)\b|\b(?:wants?|asking for|asks for|demand\w*) (?:remote )?access\b/,
      /\b(?:paid|sent|wired|gave)(?: \S{1,12}){0,4} who (?:said|says|claimed|claims|pretended)(?: \S{1,8}){0,4} from (?:microsoft|windows|apple|amazon|norton|paypal|google|geek squad|support)\b|\bon the phone with (?:a |the |some )?fake \S/,
      /\brefunded (?:me )?too much\b|\bsend (?:it|the (?:rest|difference|money)) back\b/,
      /\bshared my screen with (?:someone|a|the|him|them|some)\b/,
      /\b(?:instructions of|what) the (?:caller|scammer|man on the phone)\b|\bbank account is empty\b/,
      /\bmouse (?:is )?moving(?: \S{1,10}){0,6} (?:phone|guy|someone|caller)\b/,
      /\btricked (?:me |him |her |us )?into\b|\b(?:have|has|got|took|taken) (?:remote |full )?(?:control|access) (?:of|to|over) (?:my|our|her|his) (?:screen|pc|computer|laptop|mac|phone|bank|accounts?)\b/,
      /\b(?:while|and) (?:he|she|they|someone)(?: was| were| is)? (?:watching|watched|controlling|connected|on (?:it|my))\b/,
      /\bread (?:them|him|her) the (?:code|numbers?)\b|\btold (?:them|him|her) my (?:credit |debit |bank )?(?:card|account|password|ssn|social|pin)\b/,
      /\b(?:estafa(?:ron|do|da)|me estafaron|betrogen worden|auf betruger reingefallen|enkeltrick)\b/,
    ],
  },
  {
    topic: "ransomware",
    patterns: [
      /\b(?:ransomware|cryptolocker|lockbit|wannacry)\b/,
      /\bransom (?:note|demand|message)\b|\b(?:for|a|the|pay|paying) ransom\b|\bwants? (?:a )?ransom\b/,
      /\b(?:pay|paying|paid|want|wants|wanted|send|demand\w{0,3}|asking for|ask for)(?: \S{1,12}){0,4} (?:bitcoins?|crypto|btc|monero)\b/,
      /\b(?:locked|encrypted|published)(?: \S{1,14}){0,8} (?:they want|wants|demand\w{0,3}|they ask|asking for|ask for|pay|money)\b/,
      new RegExp(
        `\\b${DATA}(?: \\S{1,24}){0,4} (?:encrypted|locked by|lockbit)\\b(?! (?:usb|stick|backup|drive|with bitlocker|with filevault|by bitlocker))`,
      ),
      /\b(?:all|server|office|computers?|files?|network)(?: \S{1,12}){0,3} encrypted\b(?! (?:with|by|usb|email))/,
      new RegExp(`\\bencrypted${gap(4)}${DATA}${gap(4)}(?:pay|ransom|unlock)`),
      /\b(?:hackers?|virus|someone|somebody|they)(?: has| have| just)? (?:encrypted|locked (?:all|my|our))\b/,
      /\bpay(?: \S{1,12}){0,6} (?:or (?:lose|we|they|your|my)|to get (?:my|the|your|our) (?:files|data|photos)|or my data)\b|\bhours to pay\b/,
      /\bcrypto (?:virus|locker|malware)\b|\bencrypt(?:ed|s|ing) (?:all |my |our |the |all my |all our )+(?:\S{1,12} )?(?:files?|data|photos|documents|nas|server|drives?|computers?|pcs?)\b|\b(?:send|pay)(?: \S{1,8}){0,2} (?:btc|bitcoins?|crypto)\b|\bransom\b(?!(?: the)? (?:movie|film|game))|\b(?:note|message|popup|text file|screen)(?: \S{1,8}){0,4} (?:asking|asks|demand\w*|wants?)(?: \S{1,8}){0,3} (?:money|payment|bitcoin|ransom)\b/,
      /\b(?:end|ends|ending|extension)(?: \S{1,6}){0,2} (?:encrypted|locked|crypt|lockbit)\b/,
    ],
    not: /\b(?:should i encrypt|for editing|password protected|whatsapp|email setup|mining|wallet|bitlocker|do you accept|is my drive|pay (?:with|in|by|using)|possible|accept)\b/,
  },
  {
    topic: "legal",
    not: /\b(?:im an? (?:lawyer|attorney)|i am an? (?:lawyer|attorney)|(?:lawyer|attorney) here|law firm|law school|(?:was|am|been|im|be) in court|legal (?:size|paper|software)|court date|divorce|police (?:report|scanner)(?!.*\byou (?:stole|took|lost))|is it legal|press the|needs? (?:the|her|his) (?:files|laptop)|bbb rating)\b/,
    patterns: [
      new RegExp(
        `\\b(?:hear(?:ing)? from|contact\\w{0,3}|call\\w{0,3}|talk\\w{0,3} to|consult\\w{0,3}|hir\\w{1,3}|get\\w{0,4}|involv\\w{1,3}|see|to|from) (?:my|a|our|the) ${LAWYER}\\b`,
      ),
      new RegExp(
        `\\b(?:my|our) ${LAWYER} (?:will|is going to|says|said|told|advises|advised|has been|would)\\b`,
      ),
      /\b(?:ill|i will|im|i am|going to|we will|were|we are|want to|could|might|should|about to|consider\w*|thinking (?:of|about)) (?:be |just )?(?:sue|suing)\b(?! (?:me|us))|^(?:suing|subpoena)\b|\b(?:get|be|being|getting|have you) served\b(?! (?:by|at|coffee))|\blegal (?:department|team|dept|counsel|representation|consequences|options)(?: \S{1,8}){0,2} (?:will|requests?|demands?|requires?|wants?|contact\w*)\b|\b(?:our|my) legal (?:department|team|counsel)\b/,
      /\b(?:sue|suing|sew) (?:you|u|ur|the shop|your|this shop|them|computer guys|yall|for)\b/,
      /\b(?:legal (?:action|matter|steps|claim|notice|proceedings)|small claims|lawsuits?|in court|to court|subpoena|trading standards|better business bureau|consumer protection|attorney general|cease and desist|ftc)\b/,
      /\b(?:report|reporting|complain\w*|complaint)(?: \S{1,12}){0,4} (?:bbb|ftc|authorities|police|consumer protection|attorney general)\b/,
      /\b(?:press|pressing|file|filing) charges\b|\bcall(?:ing)? the (?:police|cops) on\b|\b(?:im|i am|ill|i will) (?:calling|call|going to call) the (?:police|cops)\b/,
      /\b(?:you|your \S+|you guys|shop) (?:stole|violated|looked at|looked through|copied|went through|leaked|damaged)(?: \S{1,12}){0,1} (?:my|our)(?: private| personal)? (?:data|laptop|privacy|photos|pictures|files|phone|nudes|money|computer)\b/,
      /\b(?:you are|youre|you guys are|hold you|holding you|be|im holding you) (?:liable|legally responsible)\b|\bthats illegal\b/,
      /\b(?:verklage|verklagen|anzeige erstatten|rechtliche schritte|demandar(?:los|te)?|demanda legal)\b/,
    ],
  },
  {
    topic: "data_loss",
    not: /\b(?:popups?|pop ups?|virus|wifi|sound|icons?|taskbar|cursor|backup of all|safe on|please delete|wipe my \S+ before|can you (?:wipe|delete|erase|format)|how (?:do|can) i (?:delete|format|wipe|erase|recover a word)|mouse|trackpad|dll|police report|serial|want (?:\S{1,12} ){0,4}(?:erased|wiped|deleted|formatted|removed)|do you (?:wipe|erase|delete)|certificates?|need\w* wiped|before (?:selling|i sell|it sells|you sell)|wiped the screen|gone are the days|chrome|the app|will i (?:lose|still)|could i lose|(?:photos|files|music|mail) app|get my \S+ back from|(?:drive|storage|disk|phone) is (?:almost )?full|full of|google drive|space|wont sync|transfer|upgrade)\b/,
    patterns: [
      new RegExp(
        `\\b(?:(?:lost|losing|removed)(?: (?!receipt|charger|phone|password|mouse|remote|dongle)\\S{1,24}){0,5} ${DATA}|(?:deleted|erased|wiped|formatted|overwrote|overwritten|destroyed)(?: \\S{1,24}){0,5} (?:${DATA}|${STORE}))\\b(?! (?:is |was )?(?:space|full))`,
      ),
      new RegExp(`\\b(?:wiped|formatted) (?:my|the|our|her|his) (?:laptop|computer|pc|mac)\\b`),
      new RegExp(
        `\\b${DATA}(?: (?:\\S{1,24} ){0,4}?(?:is|are|was|were|has|have|got|all|just)(?: \\S{1,24}){0,2})? ${LOST}\\b`,
      ),
      new RegExp(
        `\\b(?:recover|retrieve|rescue|get back|restore|salvage)(?: \\S{1,24}){0,3} (?:lost |deleted |erased )?${DATA}\\b`,
      ),
      new RegExp(
        `\\b(?:get|getting|want|need|save) (?:my|our|all|all my|back my|her|his) ${DATA} (?:back|off)\\b`,
      ),
      new RegExp(
        `\\b(?:hard drive|hard disk|hdd|ssd|external drive|drive|disk|memory card|sd card|usb stick)(?: \\S{1,24}){0,4} (?:clicking|clicks|grinding|dead|died|failed|crashed|corrupted|unreadable|raw)\\b`,
      ),
      new RegExp(
        `\\b${STORE}(?: \\S{1,24}){0,6} (?:thesis|photos|pictures|only copy|work is on|my work|everything on)\\b`,
      ),
      new RegExp(
        `\\b${STORE}(?: \\S{1,24}){0,8} (?:broke|broken|snapped|bent|fell|dropped|clicks?|clicking|beeping|dead|died|corrupted|not recognized|not showing|will not (?:turn on|mount|read|open)|burned|wet|drowned)(?: \\S{1,24}){0,8} (?:data|files|photos|pictures|thesis|dissertation|documents|work|videos|years of)\\b`,
      ),
      /\b(?:missing|vanished|lost)(?: \S{1,12}){0,2} (?:photos|pictures|files|documents|data|contacts)\b|\b(?:photos|pictures|files|documents|contacts) (?:are |is |all )?(?:missing|vanished|gone)\b(?! (?:blurry|dark|grainy|black))/,
      new RegExp(
        `\\b(?:not recognized|not show up|not detected|needs to be formatted)${gap(8)}(?:photos|pictures|thesis|data|files|work|business|everything|life)\\b`,
      ),
      /\b(?:hard drive|external|external drive|ssd|hdd|memory card|sd card)(?: \S{1,24}){0,4} (?:will not|does not|not) (?:read|mount|spin|spin up)\b/,
      /\b(?:verloren|geloscht)(?: \S{1,24}){0,3} (?:daten|dateien|fotos|photos|bilder)\b|\b(?:daten|dateien|fotos|photos|bilder)(?: \S{1,24}){0,3} (?:verloren|geloscht|weg)\b/,
      /\b(?:he perdido|perdi|se borraron|borre)(?: \S{1,24}){0,3} (?:fotos|photos|archivos|datos)\b/,
    ],
  },
  {
    topic: "refund",
    not: /\b(?:policy|policies|how (?:do|long do) refunds|do you (?:give|offer|have|do)|(?<!th)is the (?:refund|fee|money|deposit|charge)|refundable|reviews?|google maps|from (?:apple|amazon|ebay|steam|microsoft|google|walmart|best buy|netflix|paypal|etsy)|(?<!how |when |where )\bdo (?:i|we) get (?:a |any |my |our |the )?(?:refund|money|deposit)|amazon refunded|apple|steam|turbo ?tax|tax refund|page|money back guarantee|moneys worth|worth the money|app crashes)\b/,
    patterns: [
      /\b(?:want|need|get|give|demand|request|like|expect|owed?|ask\w{0,3} for|where is|wheres|claim|waiting for|waiting on|still no|received?|return)(?: \S{1,20}){0,4} (?:refund|money back|my money|reimburse\w{0,4})\b/,
      /\bi (?:just )?want my money(?: back)?$/,
      /\b(?:refund|reimburse) (?:me|my|us|please|the (?:repair|money|deposit))\b|^(?:full )?refund(?: please| now)?$|\bbe reimbursed\b/,
      /\b(?:you|u|shop|guys) (?:took|stole|kept|have) my (?:money|deposit)\b|\b(?:ripped (?:me )?off|rip off|ripoff)\b/,
      /\b(?:charge ?backs?|disput(?:e|ing|ed) (?:the|this|your|a|it|that) ?(?:charges?|payment|bill)?|revers(?:e|ing) (?:the|this) (?:charge|payment)|unauthori[sz]ed charge)\b/,
      /\b(?:charged|billed|paid|debited)(?: \S{1,10}){0,3} (?:twice|double|two times|2x|too much)\b(?! (?:and it|already|today|as))/,
      /\b(?:double|over) ?(?:charged|billed)\b|\bovercharged\b|\bcharged me\b(?: \S{1,10}){0,4} (?:but|and|instead|without|for nothing|twice|more)\b/,
      /\b(?:you|u) (?:over)?(?:charged|billed) (?:me|my card|us)\b/,
      /\bcharged? (?:for|on my card)(?: \S{1,12}){0,6} (?:not|never|did not)\b|\bcharge(?: \S{1,12}){0,8} (?:not authori[sz]e|not order|never authori[sz]ed)\b|\b(?:never|not) (?:agreed to|authori[sz]e\w*|approved) (?:that|this|the) (?:charge|bill|payment)\b/,
      /\bwhy (?:was|were|am|did) (?:i|we|you) (?:being )?(?:charged?|billed?)\b|\b(?:billed|charged|invoiced)(?: \S{1,10}){0,3} (?:wrong|extra|more than|for (?:work|something|things|parts|a \S+)(?: \S{1,10}){0,3} (?:not|never|nobody))\b|\b(?:extra|mystery|unknown|unexpected|wrong)(?: \S{1,10}){0,3} (?:on|charge on) (?:my|the) (?:bill|invoice|card|receipt|statement)\b/,
      /\b(?:need|want|give) (?:\S{1,8} )?(?:my|the) (?:deposit|money|cash|payment) back\b/,
      /\b(?:my|the) (?:bill|invoice) is (?:wrong|too high|incorrect)\b/,
      /\bpaid for (?:a |the )?(?:\S{1,12} ){0,3}(?:that )?(?:was|is|did|does|never|were) ?(?:not)?(?: done| work| fixed)?\b|\bpaid twice\b/,
      /\b(?:mein geld zuruck|geld zuruck|ruckerstattung|reembolso|devuelvan (?:mi|el) dinero|mi dinero de vuelta)\b/,
    ],
  },
];

/** Charging of batteries, which bills know nothing of. */
const BATTERY =
  /\b(?:charged (?:it|my phone|the phone|my laptop|all night|twice (?:today|as))|wont charge|not charging)\b/;

/** The topic that must go to a person at once, the most dangerous first; null for none. */
export function topicOf(clauses: Clause[]): Topic | null {
  const danger = dangerOf(clauses);
  if (danger !== null) return danger;
  const all = clauses.map(({ words }) => words).join(" ");
  return (
    RULES.find((rule) => rule.not?.test(all) !== true && isHad(rule, clauses, all))?.topic ?? null
  );
}

function isHad({ topic, patterns }: MatterRule, clauses: Clause[], all: string): boolean {
  // A swindle is told over several clauses, and "whoever asks" tells one too.
  const said = clauses.map(({ words }) => words);
  const parts = topic === "scam" ? [all] : [...said, all];
  return parts.some((words) => {
    if (topic !== "scam" && topic !== "legal" && GENERAL.test(words)) return false;
    if (topic === "refund" && BATTERY.test(words)) return false;
    if (QUESTION.test(words) && !MINE.test(words)) return false;
    if (ROLES[topic].some((set) => set.every((role) => role.test(words)) && !UNREAL.test(words)))
      return true;
    return patterns.some((pattern) => claims(words, topic, pattern));
  });
}

/** Done with already, asked for, or not so. */
const UNREAL =
  /\b(?:(?:not|never) (?:want|need|asking|after|looking)(?: \S{1,8}){0,3} (?:refund|money|deposit|lawyer)|(?:not|never|no) (?:get |got |been |fall for |a |any )*(?:scammed|hacked|refund)|not (?:\S{1,8} )?(?:lost|lose|losing|deleted|erased|wiped|missing|encrypted|corrupt\w*|charged|billed)|already (?:got|have|had|received|refunded)|got my (?:money|refund) back|thanks for|no problem|luckily|found (?:it|them)|are back|works? now|hung up|do you help|for (?:my|a) friend who)\b/;

function claims(words: string, topic: Matter, pattern: RegExp): boolean {
  const found = pattern.exec(words);
  if (found === null) return false;
  if (OWN_NOT[topic]?.test(found[0]) === true) return true;
  return !isDenied(words.slice(0, found.index + found[0].length));
}

/** Where a denial is part of the matter: "a charge that I did not authorize". */
const OWN_NOT: Partial<Record<Matter, RegExp>> = {
  refund:
    /\b(?:charge\w*|paid for|bill|invoice|never|not) .*\b(?:not|never|was|did)\b|\b(?:never|not) (?:agreed|authori)/,
  data_loss: /\bnot (?:read|recognized|show(?:ing)?|detected)\b/,
};
