/**
 * The parts that tell of a matter: who, what they did, and what it was done to. Whoever fills all of a set in what they
 * say, in whatever order, has the matter. `topics.ts` says what undoes it. Pure.
 */

export type Matter = "scam" | "ransomware" | "legal" | "data_loss" | "refund";

export const LAWYER = "(?:lawyers?|attorneys?|attourneys?|solicitors?|anwalt|abogado)";
export const REMOTE =
  "(?:any ?desk|team ?viewer|ultraviewer|logmein|rustdesk|remote (?:access|control|desktop|software)|quick assist|screen ?connect)";
const STRANGER =
  "(?:callers?|scammers?|(?:some|a|this|that|the) (?:dude|guy|man|lady|woman|indian guy|foreign guy)|someone (?:who|pretending|claiming|that|on the phone|over the phone|called|from (?:microsoft|windows|apple|amazon|norton|the bank|my bank|paypal))|somebody (?:who|pretending|claiming|called)|pretend\\w*|claim\\w{2,3}|tricked|fake|phony|bogus|(?:called|phoned|rang) (?:me |us |her |him )?(?:and )?(?:saying|said|claiming|telling|says)|from (?:microsoft|windows|norton|amazon|paypal|geek squad|mcafee)|number on (?:the|my) (?:screen|popup|pop up)|pop ?ups?|tech support (?:guy|company|people|call)|to tech support|man on the phone)";
const GRANT =
  "(?:(?:let|letting) (?:\\S{1,14} ){1,5}(?:connect|in|access|control|take over|remote|into|log in|on)\\b|(?:gave|given|giving|told|sent|read|shared|entered|typed)(?: \\S{1,14}){0,6} (?:card|bank|account|ssn|social|passwords?|login|codes?|info|information|access|control|pin|details)\\b|(?:paid|wired|zelled|venmoed|sent|transferred|bought)(?: \\S{1,14}){0,4} (?:\\d+|money|gift cards?|dollars|bucks|cash|bitcoin)\\b|(?:installed|installing|downloaded|downloading)(?: \\S{1,12}){0,3} (?:any ?desk|team ?viewer|remote\\w*|software|program|app)\\b|(?:got|they got|went|gotten) in(?:to)?(?: my| our)?\\b|access(?:ed)? (?:to )?my (?:pc|computer|laptop|screen|bank))";

/** Whoever is not of the shop and not of the family. */
const SOMEBODY =
  /\b(?:callers?|scammers?|hackers?|strangers?|someone|somebody|person who|people who|(?:a|the|some|this|that) (?:\S{1,12} )?(?:guy|man|dude|bloke|chap|fellow|fella|lady|woman|caller|person|company|technician|popup|pop up)|they|them|he|she|him|microsoft|norton|amazon|apple|paypal|geek squad|popup|pop up|tech support|email)\b/;
const MADE_ME =
  /\b(?:let|letting|gave|given|giving|give|allowed|granted|had|made|told|asked|convinced|tricked|talked|got|getting|because|wants?|wanted|connect|access|downloaded|installed)\b/;
const REMOTE_ACT = new RegExp(
  `\\b(?:${REMOTE}|remote(?:ly)? (?:access|control|in|connect)|(?:access|control|connect(?:ed)?)(?: \\S{1,8}){0,2} (?:my|her|his|our|the) (?:computer|pc|laptop|mac|phone|screen|bank)|(?:him|her|them|someone|somebody|stranger|guy|man|lady|microsoft|caller)(?: \\S{1,14}){0,3} (?:access|control|in|into|onto|on|connect)(?: (?:my|to my|her|his|our|the)(?: \\S{1,8})? (?:computer|pc|laptop|mac|screen|phone|machine))?$)`,
);
const HAS_CONTROL =
  /\b(?:controll?(?:ing|ed|s)|remote (?:control|access)|connected to|logged in(?:to)?|still has|took over|taken over|taking over|take over|moving(?: \S{1,8}){0,2} (?:mouse|cursor)|opened my bank|still in|(?:were|was|are|is|got|get|they) (?:in|inside|into|on)(?: to)? (?:my|her|his|our|the)|(?:not|will not) (?:get off|leave))\b/;
const MY_MACHINE =
  /\b(?:my|her|his|our|moms?|dads?) (?:\S{1,8} )?(?:computer|pc|laptop|mac|screen|mouse|cursor|phone|bank)\b/;
const FAKE =
  /\b(?:fake|phishing|phished|bogus|phony|scam|spoofed|fraud\w*|not the real|turned out)\b/;
const ENTERED =
  /\b(?:entered|typed|put|submitted|gave|given|filled|logged|paid|bought|clicked)(?: \S{1,12}){0,5} (?:card|cards|password|login|log in|bank|ssn|social|details|info\w*|code|money|invoice|\d+|site|link)\b/;
const SENT_MONEY =
  /\b(?:sent|paid|wired|transferred|zelled|venmoed|bought|buy|send|pay|purchased)(?: \S{1,10}){0,3} (?:\d+|money|dollars|bucks|cash|bitcoin|(?:\S{1,8} )?gift cards?|(?:\S{1,8} ){0,2}(?:play|steam|apple|itunes|amazon|google) cards?)\b/;
const GAVE_SECRET =
  /\b(?:gave|given|told|read|sent|shared|texted)(?: \S{1,12}){0,5} (?:card|bank|account|ssn|social|password|login|codes?|pin)\b/;

const MY_DATA =
  "(?:(?:photos?|pictures?|videos?|documents?|docs|files?|data|contacts|notes|emails?(?! (?:me|you|us|it|him|her|them|a|the)\\b)|mails?(?! (?:me|you|us|it|him|her)\\b)|messages|voicemails?|thesis|dissertation|essays?|papers?|reports?|presentations?|projects?|novel|manuscript|invoices|recipes|contracts|tax (?:docs|returns?)|homework|bookkeeping|quickbooks|memories|bookmarks|music|recordings?|spreadsheets?|folders?|stuff|everythings?|(?<=(?:my|our|her|his|of|all) (?:\\S{1,8} )?)work|backups?|downloads|calendar)\\b(?! (?:app|apps|format|manager|explorer|sharing|cable|plan|size|server|address|is missing \\S+ ?dll)\\b))";
/** Not there any more, or not to be opened. */
const IS_LOST =
  "(?:gone|lost|vanished|vanish|disappeared|dissapeared|dissappeared|disapeared|deleted|erased|wiped|missing|blank|empty|emptied|corrupt(?:ed)?|destroyed|overwritten|(?:is|are|was|were) not (?:there|here)|not there anymore|nowhere|none (?:of|left|there)|zero|nothing (?:on|left|there)|can not (?:find|open|see|get to|access)(?! (?:the|a|an|out) (?!data|files|photos|pictures|folder|drive))|where did)";
const DESTROYED =
  /\b(?:cleared (?:the|my) (?:card|drive|folder)|wiped|erased|formatted|reformatted|deleted|overwrote|overwritten|saved over|emptied|reinstalled|factory reset|reset (?:my|the|his|her)|removed|destroyed|initiali[sz]e)\b/;
const WHAT_WAS_KEPT = new RegExp(
  `\\b(?:${MY_DATA}|everything|(?:wrong|external|hard|usb|whole|backup) (?:drive|disk|partition|one|stick)|partition|recycle bin|trash|only copy|years of|\\d+ years)`,
);
const KEEPER =
  /\b(?:hard drives?|hard disks?|hdd|ssd|externals?|drives?|disks?|usb|usb stick|sd cards?|memory cards?|nas|raid|server|phone|iphone|laptop|computer|pc|macbook|mac|ipad|tablet|folder|windows|on it|on there)\b/;
const IS_DEAD =
  /\b(?:stolen|died|dead|dying|failed|fails|failing|broke|broken|fell|dropped|crashed|click(?:s|ing)|grinding|beep(?:s|ing)|corrupt(?:ed)?|fried|drowned|wet|unreadable|raw|not formatted|snapped|bent|(?:will|does|do|can|is|are) not (?:\S{1,8} )?(?:boot|turn on|start|mount|spin|show|showing|read|open|recogni[sz]ed|detected|power on|get to|get into|access)|not recogni[sz]ed|not showing|not detected|needs? to be formatted|(?:asking|wants?|needs?|asks) (?:me )?to (?:be )?(?:format|initiali[sz]e)\w*)\b/;
const IS_NEEDED = new RegExp(
  `\\b(?:only (?:copy|place|backup)|no backups?|not (?:have )?(?:a |any )?back(?:ed)? ?ups?|(?:none|nothing|not|never)(?: \\S{1,8}){0,3} backed up|whats on (?:it|there)|what is on it|what was on it|years of|(?:all|had|has|have|need|lost|with|my|our)(?: \\S{1,10}){0,5} ${MY_DATA}|${MY_DATA}(?: \\S{1,8}){0,3} (?:on (?:it|there|that)|off (?:it|of it)))`,
);

const MONEY =
  "(?:money|cash|payments?|deposit|charges?|fees?|bill|bucks|dollars|funds|amount|what i paid|refunds?|\\d+(?: dollars| bucks)?)";
const BACK =
  "(?:back|returned|return|reversed?|voided|void|refund(?:ed)?|reimburs\\w*|reimburs?ment|credited|credit me|taken off|take off|off my (?:bill|card)|undone)";
const WISHED =
  /\b(?:want|need|give|hand|get|getting|like|expect|demand|please|can you|could you|return|reverse|void|credit|owe|owes|request\w*|where is|wheres|how (?:do|can) i|deserve|send|pay me|taken|fix|refund(?:ed)?)\b/;
const CHARGED =
  /\b(?:charged|charges|billed|hit|paid|took|taken|debited|withdrew|deducted|charge|payments?)\b/;
const UNDUE =
  /\b(?:twice|double|again|instead|too much|extra|wrong|more than|even though|although|after i|never|without (?:asking|my|permission|telling|consent|approval)|should not (?:have|be)|not (?:authori[sz]e\w*|recogni[sz]e|agree\w*|approve\w*|order\w*|make)|was (?:quoted|told|promised)|said (?:it|you)|(?:two|2|both|several|duplicate) (?:payments?|charges?|times)|cancell?ed|difference|no charge|for nothing|still charged|yet|said free|was free|supposed to be free|then (?:charged|billed))\b/;

export const ROLES: Record<Matter, RegExp[][]> = {
  scam: [
    [new RegExp(`\\b${STRANGER}\\b`), new RegExp(`\\b${GRANT}`)],
    [SOMEBODY, MADE_ME, REMOTE_ACT],
    [SOMEBODY, HAS_CONTROL, MY_MACHINE],
    [FAKE, ENTERED],
    [
      FAKE,
      /\b(?:paid|sent|wired|gave|bought)\b/,
      /\b(?:support|company|site|website|shop|call|invoice|antivirus|seller|technician|guy|number|help ?desk)\b/,
    ],
    [
      FAKE,
      /\b(?:they|he|she|someone|somebody) (?:now )?(?:have|has|had|got) (?:my|her|his|our) (?:\S{1,8} )?(?:card|password|login|ssn|social|bank|account|info\w*|details|number|screen|computer|pc|laptop)\b/,
    ],
    [
      /\b(?:i|we|mom|mum|dad|got|was|been|grandma|grandpa) (?:\S{1,6} )?(?:tricked|fooled|duped|conned|deceived|hustled)\b/,
    ],
    [
      /\b(?:popup|pop up|link|email|number|site|website|text)\b/,
      ENTERED,
      /\b(?:money|dollars|account|charges?)(?: \S{1,10}){0,4} (?:missing|gone|stolen|taken|empty|drained)\b|\b(?:fake|scam\w*|phish\w*|stole)\b/,
    ],
    [
      SOMEBODY,
      SENT_MONEY,
      /\b(?:pretend\w*|claim\w*|fake|gift cards?|zelle|cash ?app|venmo|wire|on the phone|caller|fix (?:the|my|a) (?:virus|computer|pc)|tech support)\b/,
    ],
    [
      /\b(?:popup|pop up|called|call|number|microsoft|amazon|clicked)\b/,
      /\b(?:they|he|she|someone|somebody) (?:now )?(?:have|has|got|took|are in|is in|are on|is on) (?:my|her|his|our|moms?|dads?) (?:\S{1,8} )?(?:computer|laptop|pc|screen|account)\b/,
    ],
    [
      GAVE_SECRET,
      /\b(?:caller|scammer|stranger|on the phone|over the phone|called|text(?:ed)?|fake|phishing|pretend\w*|claim\w*)\b/,
    ],
    [
      SOMEBODY,
      /\b(?:screen|remote|computer|laptop|pc|account|app|bank)\b/,
      /\b(?:money|dollars|bucks|\d+|savings)(?: \S{1,10}){0,4} (?:is|are|was|were|went|has been|have been|got) (?:\S{1,6} )?(?:gone|missing|stolen|taken|transferred|drained|disappeared)\b/,
    ],
  ],
  ransomware: [
    [
      /\b(?:my|our|all|her|his|the)\b/,
      /\b(?:files?|photos|pictures|data|documents|everything|computers?|pc|server|network|drives?|nas)(?: \S{1,8}){0,3} (?:got|was|were|been|is|are|have|has|now|all) (?:\S{1,8} )?encrypted\b(?! (?:with (?:bitlocker|filevault|a password)|by (?:bitlocker|filevault|me)|usb))/,
    ],
    [
      /\b(?:files?|photos|pictures|data|documents|everything|computers?|pc|laptop|server|network|drives?|nas)\b/,
      /\b(?:encrypt\w*|locked|hostage|renamed|scrambled|extensions?|ending|endings|ends? in|end in|can not open|will not open|unlock|give me|back)\b/,
      /\b(?:pay|paying|payment|ransom|bitcoins?|btc|crypto|monero|demand\w{0,3}|hostage|(?:readme|note|text file|message|screen|popup)(?: \S{1,10}){0,4} (?:pay\w*|encrypted|decrypt|unlock|saying|says|instructions)|(?:they|all|files|everything)(?: \S{1,8}){0,3} (?:say|named|called|end\w*|renamed)(?: \S{1,8}){0,3} (?:locked|encrypted|crypt\w*)|how to (?:decrypt|unlock|restore)|asks? for money|asking for money|wants? (?:money|\d+)|within \d+ hours|lockbit)\b/,
    ],
    [
      /\b(?:hackers?|virus|criminals?|somebody|someone)\b/,
      /\b(?:hostage|wants? (?:money|\d+)|demands?|asks? for money|asking for money)\b/,
      /\b(?:files?|data|photos|computer|server|unlock|locked|pc|laptop)\b/,
    ],
  ],
  legal: [
    [
      new RegExp(`\\b${LAWYER}\\b`),
      /\b(?:my|our|a|get|getting|hire|hiring|involve\w*|letter|need)\b/,
      /\b(?:will|advise[sd]|says|said|told|contact\w*|call\w*|talk\w*|letter|hear\w*|involved?|owe|get a|getting a|hire|hiring|going to|touch|suing|sue|wants?|statement|records|demands?|expect|need a|has been)\b/,
    ],
    [/\blawyer(?:ing)? up\b/],
    [
      /\b(?:see|take|taking|settle|meet|going|go|end up|drag\w*|next|step)\b/,
      /\b(?:in|to|is) court\b/,
    ],
    [
      /\b(?:police|cops)\b/,
      /\b(?:call\w*|report\w*|fil(?:e|ing)|going|contact\w*|involv\w*|on the way|coming)\b/,
      /\b(?:you|your|yall|this is) (?:\S{1,8} )?(?:stole|theft|took|lost|thiev\w*|robbed|crooks|damaged|broke|kept|wont give|will not give|refuse)\b/,
    ],
    [
      /\b(?:theft|negligen\w*|malpractice|fraud|breach|illegal|broke the law|break the law|against the law|violat\w*)\b/,
      /\b(?:you|your|youre|yall|this is|this was|reporting|calling)\b/,
    ],
    [
      /\b(?:bbb|better business bureau|ftc|attorney general|consumer (?:protection|affairs)|ombudsman|trading standards)\b/,
      /\b(?:complain\w*|report\w*|contact\w*|fil(?:e|ed|ing)|going|call\w*|write|writing|letter|touch)\b/,
    ],
  ],
  data_loss: [
    [
      /\b(?:my|our|all|of|her|his|moms?|dads?|any|years?|the|zero|everythings?)\b/,
      new RegExp(
        `\\b(?:${MY_DATA}(?: \\S{1,24}){0,8} ${IS_LOST}|${IS_LOST}(?: \\S{1,24}){0,7} ${MY_DATA})`,
      ),
    ],
    [
      DESTROYED,
      WHAT_WAS_KEPT,
      /\b(?:accident\w*|wrong|gone|help|need|you|your|update|tech|technician|shop|just|yesterday|today|this morning|only copy|had|emptied|mistake|years|get back|not there|kid|son|daughter|wife|husband)\b/,
    ],
    [
      /\b(?:saved over|overwrote|emptied)\b/,
      /\b(?:copy|work|need|gone|file|files|document|thesis|recycle bin|trash)\b/,
    ],
    [KEEPER, IS_DEAD, IS_NEEDED],
    [
      KEEPER,
      /\b(?:reset|reinstalled|came back|wiped|erased)\b/,
      /\b(?:none of my|nothing on it|not there|all gone|gone|blank|empty|with nothing)\b/,
    ],
  ],
  refund: [
    [
      WISHED,
      new RegExp(`\\b${MONEY}\\b`),
      new RegExp(`\\b${BACK}\\b`),
      /\b(?:i|id|my|me|our|you|it|was|the)\b/,
    ],
    [/\b(?:i|id|my|me|we|us|be)\b/, WISHED, /\b(?:refund(?:ed)?|reimburs\w*)\b/],
    [
      /\b(?:you|yall|u|your|my (?:credit |debit |bank )?(?:card|bank|account|statement)|i was|we were|i should|me|never)\b|^(?:charged|billed)\b/,
      CHARGED,
      UNDUE,
    ],
    [
      /^(?:would|want|need|request\w*|looking|like|please)\b/,
      /\b(?:refund|reimburs\w*|money back)\b/,
    ],
    [
      /\bpaid\b/,
      /\b(?:want|need|give|get)(?: \S{1,8}){0,2} (?:it|that|this|them|all of it|everything) back\b/,
    ],
    [/\b(?:double|duplicate) charge[sd]?\b/],
    [/^(?:\S{1,8} ){0,2}money back(?: please| now| asap| or \S.*)*$/],
    [/\b(?:you|yall|shop|they)(?: guys)? (?:still )?owe (?:me|us)\b|\bpay me back\b/],
    [
      /\b(?:bank|card company|credit card|visa|mastercard|paypal|amex)\b/,
      /\b(?:dispute|disputing|chargeback|stop (?:the )?payment|reverse)\b/,
    ],
    [/\b(?:cancel|stop|void|reverse)(?: \S{1,8}){0,2} (?:payment|charge)\b/],
  ],
};
