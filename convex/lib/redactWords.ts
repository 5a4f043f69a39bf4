/**
 * Secrets that words announce: "my pasword is Rover2011", "you can log in with fluffy1987", "wifi: Home / roses42".
 * What may stand without a verb has to look like one: a digit or a sign in it, and no size, speed or model.
 */
const MARK = "['’‘´`ʼ′]";
const BEFORE = "(?<![\\p{L}\\p{N}_])";

/** What a password is called, misspelt too, in the languages of the shop's customers. */
const PASSWORD =
  "(?:p[ae]?s{1,3}[ -]?(?:word|wird|werd|wurd|rowd|wrod|wrd|wod|ward|owrd|wort|w[oö]rt|code|phrase|wd)s?|passowrds?|pword|passw|pwd|pw|psw|kennwort|zugangscode|entsperrcode|passkey|mot de passe|contrase(?:[nñ]|n\\u0303)a|clave|wachtwoord|senha|parola|passwo\\u0308rt)";
/** Connectors have pins, too: a secret one has digits. */
const PIN = "(?:pin|puk)(?:[ -]?(?:code|number|nummer))?";
const NETWORK =
  "(?:(?:guest wi-?fi|wi-?fi|wlan|wireless|network|netzwerk|router|wpa\\d?|wep|hotspot)[ -]?(?:key|code|passphrase|pass|pw|security key|schl(?:[uü]|u\\u0308)ssel))";
const TOKEN =
  "(?:(?:aws_|aws )?(?:api|access|secret|private|auth|client|encryption|recovery|licen[sc]e|product|refresh|github|gitlab|slack)[ _-]?(?:access[ _-]?)?(?:key|token|secret))";
/** "for my laptop", "of the admin account", "on it": between the name and the secret. */
const WHOSE = `(?:\\s+(?:for|of|to|on|from|at|in|by|with|f(?:[uü]|u\\u0308)r|vom|zum|am|de|del|para)(?:\\s+[\\p{L}\\p{N}'’-]{1,20}){1,4})?(?:\\s*\\([^()\\n]{1,40}\\))?(?:,?\\s+(?:which|that|and it))?`;
const SAYS = `(?:\\s*(?:[:=]|->|=>|→)\\s*|(?:\\s+(?:is|was|are|lautet|ist|war|est|es|[eé]|(?:would|should|will|must)\\s+be|used\\s+to\\s+be)|${MARK}s)(?:\\s*:|\\s+still|\\s+now|\\s+just|\\s+probably|\\s+simply|\\s+actually)?\\s+|\\s+[-–—]\\s+)`;
/** What a password that "is" something may be without being told. */
const NOT_SECRET =
  "(?!(?:wrong|incorrect|invalid|not|no|never|expired|forgotten|lost|gone|reset|changed|correct|right|fine|ok(?:ay)?|good|bad|the|a|an|any|my|your|his|her|our|their|too|very|so|still|always|being|required|requested|asked|needed|set|stored|saved|blank|empty|missing|rejected|refused|denied|unknown|different|same|shown|written|on|in|at|for|to|from|of|by|what|how|where|why|when|which|that|this|there|it|long|short|strong|weak|case|accepted|protected|locked|disabled|enabled|working|broken|important|stuck|slow|black|blue|down|hidden|visible|weird|safe|secure|printed|typed|listed|labeled|taped|encrypted|hashed|remembered|shared|given|known|called|kept|held|unreadable|old|new|really|also|only|already|just|now|unable|unsafe|and|or|but|if|because|hard|easy|screwed|messed|acting|asking|doing|failing|expiring|keeping|sensitive|default|off|out|up|optional|necessary|falsch|nicht|abgelaufen|vergessen|weg|richtig|unbekannt|gesperrt|incorrecto|incorrecta|incorrect|no|mal|equivocada|olvidada|correcta)(?=[.,;:!?)\\]\"'’”…–—-]*(?:\\s|$))|\\[)";
const QUOTED =
  "(?:\"[^\"\\n]{1,100}\"|'[^'\\n]{1,100}'|“[^”\\n]{1,100}”|„[^“”\\n]{1,100}[“”]|«[^»\\n]{1,100}»|`[^`\\n]{1,100}`)";
const SECRET = `(?:${QUOTED}|\\S+)`;
/** What words have not got: a digit, or a sign that doesn't merely end a sentence. */
const SIGN = "(?:[\\p{N}@#$%^&*+=]|!+[\\p{L}\\p{N}])";
/** Sizes, speeds, versions, models, times: they hold digits and are no secret. */
const MEASURE =
  "(?!(?:\\$?[\\d.,]+(?:gb|tb|mb|kb|hz|khz|mhz|ghz|w|v|mah|wh|mm|cm|in|inch|p|k|am|pm|x|%|fps|ms|mbps|gbps|rpm|th|st|nd|rd|years?|days?)?|\\d+x\\d+|\\d+[pik]\\d+|(?:windows|win|office|ios|macos|android|usb|hdmi|ddr|rtx|gtx|rx|wpa|mp|ps|i|m|s|v|xbox|microsoft|chrome|safari|hdd|ssd|nvme|ram|cpu|gpu|dell|hp|lenovo|asus|acer|macbook|imac|ipad|iphone|galaxy|pixel|thinkpad|xps|ryzen|core|gen|version|ver|build|bios|wifi|sata|pci|code|error)-?\\d[\\w.-]*|(?:19|20)\\d\\d[\\p{L}-]+|802\\.11\\w*|\\S+@\\S+|https?:\\S*|0x\\w+|kb\\d+|face\\s?id)[.,;:!?)…]*(?:\\s|$)|\\[)";
/** Letters and digits, or a sign within: what nobody writes but as a secret. */
const MIXED = `${MEASURE}(?=\\S{0,99}\\p{L})(?=\\S{0,99}${SIGN})[^\\s,;]{5,}`;
const DIGITS = "\\d{4,8}(?![\\d.,:/-]*\\d)";

/** A password that is spelt out: "capital s unshine nine nine". */
const DICTATED =
  "(?:(?:all|in|with)\\s+)?(?:capital|caps|upper ?case|lower ?case|small letter|big|gro(?:ss|ß)(?:es)?|may[uú]scula)\\s+\\S+(?:[ \\t]+[\\p{L}\\p{N}]+){0,12}";

/** Words stand apart by one space or by several. */
export const loosen = (pattern: string): string =>
  pattern
    .replaceAll("[ -]?", "[ -]{0,3}")
    .replaceAll("[ _-]?", "[ _-]{0,3}")
    .replace(/(?<=[a-z?)\]]) (?=[a-z(])/g, "\\s{1,3}");

const rule = (pattern: string, replacement: string): [RegExp, string] => [
  new RegExp(BEFORE + loosen(pattern), "giu"),
  replacement,
];

export const ANNOUNCED: [RegExp, string][] = [
  // Whole phrases: what is called a phrase has several words.
  rule(
    `((?:pass|recovery |seed |secret |backup )[ -]?phrase${WHOSE}${SAYS})${NOT_SECRET}[^\\n.]+`,
    "$1[removed]",
  ),
  rule(`(${PASSWORD}${WHOSE}${SAYS}(?:is\\s+)?)${DICTATED}`, "$1[removed]"),
  rule(`((?:${PASSWORD}|${NETWORK}|${TOKEN})${WHOSE}${SAYS})${NOT_SECRET}${SECRET}`, "$1[removed]"),
  rule(`((?:${PASSWORD}|${NETWORK})\\s+)${QUOTED}`, "$1[removed]"),
  rule(`(${PIN}${WHOSE}${SAYS})(?!\\[)(?=\\S{0,99}\\d)${SECRET}`, "$1[removed]"),
  rule(
    `((?:my|the|phone|screen|sim|device|unlock|lock)\\s+${PIN}\\s+|${PIN}\\s+)${DIGITS}`,
    "$1[removed]",
  ),
  rule(
    `((?:screen[ -]?lock|lock[ -]?screen)(?:\\s+(?:code|pin))?(?:${SAYS}|\\s+))${DIGITS}`,
    "$1[removed]",
  ),
  // Without a verb only what looks like one: "password hunter2!".
  rule(`((?:${PASSWORD}|${NETWORK})\\s+)(?=\\S{0,99}${SIGN})(?!\\[)[^\\s,;]{4,}`, "$1[removed]"),
  rule(
    `((?:[\\p{L}]{2,20}\\s+)?(?:token|secret|api[ -]?key|access[ -]?key|key|sid)(?:${SAYS}|\\s+))(?=\\S{0,99}\\d)(?=\\S{0,99}\\p{L})(?!\\[)(?!\\S*[:/.]{2})[\\w~+/=]{20,}`,
    "$1[removed]",
  ),
  rule(`(${TOKEN}\\s+)(?=\\S{0,99}\\d)(?!\\[)[\\w~.+/=-]{16,}`, "$1[removed]"),
  // "hunter2 is my password".
  [
    new RegExp(
      `(?<!\\S)(?!\\[)(?=\\S{0,99}${SIGN})\\S{4,}(\\s+(?:is|was|ist|war|es)\\s+(?:my|the|our|his|her|mein|das|unser|mi|la)\\s+(?:[\\p{L}-]{1,20}\\s+){0,2}(?:${PASSWORD}|${PIN}|${NETWORK}))`,
      "giu",
    ),
    "[removed]$1",
  ],
  // "she uses hunter2 as her password"; and what may be it "or" is.
  [
    new RegExp(
      `(?<!\\S)${MIXED}(\\s+as\\s+(?:my|the|our|his|her|their|a)\\s+(?:[\\p{L}-]{1,20}\\s+){0,2}(?:${PASSWORD}|${PIN}|${NETWORK})(?!\\s+(?:manager|app|vault|generator)))`,
      "giu",
    ),
    "[removed]$1",
  ],
  rule(`(\\[removed\\],?\\s+or\\s+(?:maybe\\s+)?)${MIXED}`, "$1[removed]"),
  // "my pass is …", "the windows login is …": a pass and a login may be other things, so they have to look like it.
  rule(
    `((?:pass|passe|secret|code\\s?word|key\\s?phrase|secret\\s+word|pattern|log-?in|sign-?in|log-?on|credentials?|unlock|zugang|anmeldung)(?:\\s+(?:info|code|details))?${WHOSE}${SAYS})${MIXED}`,
    "$1[removed]",
  ),
  rule(
    `((?:pass|pw)\\s+)(?=\\S{0,99}[\\p{L}])(?=\\S{0,99}\\d)${MEASURE}[^\\s,;]{5,}`,
    "$1[removed]",
  ),
  // "Golden1 or Golden2, the password".
  [
    new RegExp(
      `(?<!\\S)${MIXED}((?:\\s+or\\s+)|,)(?:(?<=or\\s+)${MIXED})?(?=[,;\\s]{1,4}(?:(?:is|was)\\s+)?(?:the|my|our|her|his)\\s+(?:${PASSWORD})(?!\\s+(?:is|was|for|field|box|screen|prompt)))`,
      "giu",
    ),
    "[removed]$1[removed]",
  ],
  // "password protected: …", "the password on the sticker says …", "login mia2012".
  rule(`((?:${PASSWORD})[ -]{1,3}protected\\s*[:,–—-]\\s*)${MIXED}`, "$1[removed]"),
  rule(
    `((?:${PASSWORD}|${NETWORK}|${PIN})${WHOSE}\\s+(?:says|reads|goes|looks\\s+like)\\s*:?\\s+)${MIXED}`,
    "$1[removed]",
  ),
  rule(`(log-?in\\s+)${MEASURE}\\p{L}{2,20}\\d{2,8}(?=\\s*(?:$|[.,;!?…\\n]))`, "$1[removed]"),
  rule(
    `((?:locked|protected|secured|guarded)\\s+with\\s+(?:(?:a|the|my)\\s+)?(?:(?:pin|code|password|passcode)\\s+)?)(?:${DIGITS}|${MIXED})`,
    "$1[removed]",
  ),
  // "all lowercase maplesyrup4", "my dogs name Biscuit": how it is written, or what it is, and then it.
  rule(
    `((?:${PASSWORD})${WHOSE}(?:${SAYS}|\\s+)(?:(?:all|in|with|one|no|lower|upper|lowercase|uppercase|caps|capital|small|letters|case|word|spaces|together),?\\s+){1,5})(?=\\S{0,99}${SIGN})${SECRET}`,
    "$1[removed]",
  ),
  rule(
    `((?:${PASSWORD}|${PIN})${WHOSE}${SAYS}(?:my|the|our|his|her)\\s+(?:[\\p{L}'’]{1,12}\\s+){1,2}(?:name|birthday|birth\\s?date|anniversary|nickname)[,:]?\\s+)(?!(?:and|but|or|with|in|if|is|was|i|it|so|then|please|thanks)\\b)${SECRET}`,
    "$1[removed]",
  ),
  // What stands between a lock and what opens it: "to unlock the phone put in 0852", "0315 to unlock it".
  rule(
    `((?:unlock|get\\s+in(?:to)?|log\\s{0,3}(?:in|on)|sign\\s+in|asks?(?:\\s+(?:you|for))?|swipe\\s+up|locked)[^\\n.!?]{0,40}?\\b(?:put|puts|type|enter|use|try|press|punch|dial|hit|then|code|just|need)(?:\\s+(?:in|the|numbers?|digits|code|pin|just|it|is|put))*\\s+)(?:${DIGITS}|${MIXED})`,
    "$1[removed]",
  ),
  [
    new RegExp(
      `(?<![\\p{L}\\p{N}.,$€£#:/-])(?:${DIGITS})(\\s+(?:to|will)\\s+(?:unlock|get\\s+in|log\\s+in|sign\\s+in|open\\s+it|let\\s+you\\s+in))`,
      "giu",
    ),
    "[removed]$1",
  ],
  // A network and its key in one breath.
  rule(
    `((?:wi-?fi|wlan|ssid|hotspot|network|router)[^\\n.!?]{0,50}?\\b(?:key|password|pass|pw|code)${SAYS})${NOT_SECRET}(?=\\S{0,99}(?:${SIGN}|-))[^\\s,;]{6,63}`,
    "$1[removed]",
  ),
  rule(
    `((?:wi-?fi|wlan|ssid|hotspot)[^\\n.!?]{0,40}[,;/]\\s*(?:and\\s+)?(?:the\\s+)?(?:password|pass|pw|key)\\s+)${NOT_SECRET}[\\p{L}\\p{N}-]{8,63}(?=\\s*(?:$|[.,;!?…\\n]))`,
    "$1[removed]",
  ),
  rule(
    `((?:${PASSWORD})\\s+(?:for|of|to|del|de|vom|f(?:[uü]|u\\u0308)rs?)\\s+(?:(?:the|my|our|el|la|das|unser)\\s+)?(?:wi-?fi|wlan|router|internet|netzwerk)\\s+)${MIXED}`,
    "$1[removed]",
  ),
  // "you can log in with …", "use … to get in", "just type …".
  rule(
    `((?:(?:log(?:ging)?[ -]?in|log[ -]?on|sign[ -]?in)(?:\\s+(?:as|to)\\s+\\S{1,30}(?:\\s+\\S{1,20})?)?|get[ -]?in(?:to it)?|unlock(?:s|ed)?(?:\\s+(?:it|the\\s+\\S+|my\\s+\\S+))?|opens?|open it|entsperren|einloggen|anmelden|entrar|desbloquear)(?:\\s+(?:with|w\\/|using|by|via|mit|con|through|by typing|is))+(?:\\s+(?:the\\s+)?(?:password|code|pin|passcode))?\\s+)(?:${DIGITS}|${MIXED})`,
    "$1[removed]",
  ),
  rule(
    `((?:use|try|type|enter|put|punch|key)(?:\\s+in)?(?:\\s+(?:the\\s+)?(?:password|code|pin|passcode))?\\s+)(?:${DIGITS}|${MIXED})(?=\\s+(?:to\\s+(?:get|log|sign|unlock|open|access|start)|and\\s+(?:press|hit|push|click)\\s+(?:enter|return|ok|go)|when|if\\s+it\\s+asks|as|for\\s+the\\s+(?:password|pin|code|login)|at\\s+the\\s+(?:login|lock)))`,
    "$1[removed]",
  ),
  rule(
    `((?:it${MARK}?s|its|it is|that${MARK}?s|(?:it|which|mine|pw|old one)\\s+was|set it to|set to|changed it to|made it|i set it as|should be|(?:old|new|current|previous|other|first|second)\\s+(?:one|pw|version)\\s+(?:is|was))\\s+)${MIXED}`,
    "$1[removed]",
  ),
  rule(
    `((?:changed|reset|set|updated|switched)(?:\\s+[\\p{L}'’-]{1,15}){0,4}\\s+from\\s+)${MIXED}(\\s+to\\s+)${MIXED}`,
    "$1[removed]$2[removed]",
  ),
  rule(
    `((?:changed|reset|set|updated)(?:\\s+(?:it|my|the|their|his|her|our|\\p{L}{1,12})){0,2}\\s+(?:${PASSWORD}|${PIN}|log-?in)(?:\\s+(?:back|again|now))?\\s+(?:from\\s+\\S+\\s+)?to\\s+)${NOT_SECRET}${SECRET}`,
    "$1[removed]",
  ),
  // A name and a password side by side.
  rule(
    `((?:log-?in|user(?:name)?|user name|benutzer|usuario|email|apple id|account)(?:\\s+is|\\s+ist)?\\s*[:=]?\\s+[\\w.@+-]{2,60}\\s*(?:[/,|:]\\s*|\\s+(?:and|with|pw|pass)?\\s*))${MIXED}`,
    "$1[removed]",
  ),
  rule(
    `((?:admin|administrator|root|user|guest)\\s{0,3}[/:]\\s{0,3})(?=\\S{0,99}\\d)[^\\s,;]{5,}`,
    "$1[removed]",
  ),
  rule(
    `((?:wi-?fi|wlan|ssid|network)(?:\\s+name)?(?:\\s+is)?\\s*[:=]?\\s*[\\w.-]{2,32}(?:\\s{1,3}[\\w.-]{1,20}){0,2}\\s*[/,|]\\s*)${NOT_SECRET}(?=\\S{0,99}(?:${SIGN}|-))[^\\s,;]{8,63}`,
    "$1[removed]",
  ),
  rule(`([\\w.+-]{1,60}@[\\w.-]{1,60}\\s*[/|:,]\\s*)${MIXED}`, "$1[removed]"),
  // What else lets somebody in.
  rule(
    `((?:(?:secret|security)\\s+(?:answer|question answer)|answer\\s+to\\s+(?:the|my)\\s+(?:secret|security)\\s+question|maiden\\s+name)${WHOSE}${SAYS})${NOT_SECRET}${SECRET}`,
    "$1[removed]",
  ),
  rule(
    `((?:(?:unlock|lock|swipe|screen|phone|my)\\s+)?pattern${SAYS})(?=[^\\n.]{0,80}(?:\\b(?:top|bottom|left|right|corner|shape|letter|down|across)\\b))[^\\n.,;]+`,
    "$1[removed]",
  ),
];

/** What passwords are called, for the rules of numbers. */
export const RECOVERY = "(?:recovery|back-?up|scratch|emergency|2fa|two[ -]factor|one[ -]time)";
