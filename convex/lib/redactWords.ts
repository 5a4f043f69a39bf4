/**
 * Secrets that words announce: "my pasword is Rover2011", "you can log in with fluffy1987", "wifi: Home / roses42".
 * What may stand without a verb has to look like one: a digit or a sign in it, and no size, speed or model.
 */
const MARK = "['’‘´`ʼ′]";
const BEFORE = "(?<![\\p{L}\\p{N}_])";

/** What a password is called, misspelt too, in the languages of the shop's customers. */
const PASSWORD =
  "(?:pas{1,3}[ -]?(?:word|wrod|wrd|wod|ward|owrd|wort|w[oö]rt|code|phrase|wd)s?|passowrds?|pword|passw|pwd|pw|psw|kennwort|zugangscode|entsperrcode|mot de passe|contrase(?:[nñ]|n\\u0303)a|clave|wachtwoord|senha|parola|passwo\\u0308rt)";
/** Connectors have pins, too: a secret one has digits. */
const PIN = "(?:pin|puk)(?:[ -]?(?:code|number|nummer))?";
const NETWORK =
  "(?:(?:wi-?fi|wlan|wireless|network|netzwerk|router|wpa\\d?|wep|hotspot)[ -]?(?:key|code|passphrase|pass|pw|security key|schl(?:[uü]|u\\u0308)ssel))";
const TOKEN =
  "(?:(?:aws_|aws )?(?:api|access|secret|private|auth|client|encryption|recovery|licen[sc]e|product|refresh|github|gitlab|slack)[ _-]?(?:access[ _-]?)?(?:key|token|secret))";
/** "for my laptop", "of the admin account", "on it": between the name and the secret. */
const WHOSE = `(?:\\s+(?:for|of|to|on|from|at|in|by|with|f(?:[uü]|u\\u0308)r|vom|zum|am|de|del|para)(?:\\s+[\\p{L}\\p{N}'’-]{1,20}){1,4})?`;
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
  "(?!(?:\\$?[\\d.,]+(?:gb|tb|mb|kb|hz|khz|mhz|ghz|w|v|mah|wh|mm|cm|in|inch|p|k|am|pm|x|%|fps|ms|mbps|gbps|rpm|th|st|nd|rd|years?|days?)?|\\d+x\\d+|(?:windows|win|office|ios|macos|android|usb|hdmi|ddr|rtx|gtx|rx|wpa|mp|ps|i|m|s|v|xbox|microsoft|chrome|safari|hdd|ssd|nvme|ram|cpu|gpu|dell|hp|lenovo|asus|acer|macbook|imac|ipad|iphone|galaxy|pixel|thinkpad|xps|ryzen|core|gen|version|ver|build|bios|wifi|sata|pci|code|error)-?\\d[\\w.-]*|(?:19|20)\\d\\d[\\p{L}-]+|802\\.11\\w*|\\S+@\\S+|https?:\\S*|0x\\w+|kb\\d+|face\\s?id)[.,;:!?)…]*(?:\\s|$)|\\[)";
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
  rule(`(${TOKEN}\\s+)(?=\\S{0,99}\\d)(?!\\[)[\\w~.+/=-]{16,}`, "$1[removed]"),
  // "hunter2 is my password".
  [
    new RegExp(
      `(?<!\\S)(?!\\[)(?=\\S{0,99}${SIGN})\\S{4,}(\\s+(?:is|was|ist|war|es)\\s+(?:my|the|our|his|her|mein|das|unser|mi|la)\\s+(?:[\\p{L}-]{1,20}\\s+){0,2}(?:${PASSWORD}|${PIN}|${NETWORK}))`,
      "giu",
    ),
    "[removed]$1",
  ],
  // "my pass is …", "the windows login is …": a pass and a login may be other things, so they have to look like it.
  rule(
    `((?:pass|passe|log-?in|sign-?in|log-?on|credentials?|unlock|zugang|anmeldung)(?:\\s+(?:info|code|details))?${WHOSE}${SAYS})${MIXED}`,
    "$1[removed]",
  ),
  rule(
    `((?:pass|pw)\\s+)(?=\\S{0,99}[\\p{L}])(?=\\S{0,99}\\d)${MEASURE}[^\\s,;]{5,}`,
    "$1[removed]",
  ),
  // "you can log in with …", "use … to get in", "just type …".
  rule(
    `((?:(?:log(?:ging)?[ -]?in|log[ -]?on|sign[ -]?in)(?:\\s+(?:as|to)\\s+\\S{1,30}(?:\\s+\\S{1,20})?)?|get[ -]?in(?:to it)?|unlock(?:s|ed)?(?:\\s+(?:it|the \\S+|my \\S+))?|opens?|open it|entsperren|einloggen|anmelden|entrar|desbloquear)(?:\\s+(?:with|using|by|mit|con|through|by typing|is))+(?:\\s+(?:the\\s+)?(?:password|code|pin|passcode))?\\s+)(?:${DIGITS}|${MIXED})`,
    "$1[removed]",
  ),
  rule(
    `((?:use|try|type|enter|put|punch|key)(?:\\s+in)?(?:\\s+(?:the\\s+)?(?:password|code|pin|passcode))?\\s+)(?:${DIGITS}|${MIXED})(?=\\s+(?:to\\s+(?:get|log|sign|unlock|open|access|start)|when|if\\s+it\\s+asks|as|for\\s+the\\s+(?:password|pin|code|login)|at\\s+the\\s+(?:login|lock)))`,
    "$1[removed]",
  ),
  rule(
    `((?:it${MARK}?s|its|it is|that${MARK}?s|set it to|set to|changed it to|made it|i set it as|should be|(?:old|new|current|previous|other|first|second)\\s+(?:one|pw|version)\\s+(?:is|was))\\s+)${MIXED}`,
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
    `((?:admin|administrator|root|user|guest)\\s?[/:]\\s?)(?=\\S{0,99}\\d)[^\\s,;]{5,}`,
    "$1[removed]",
  ),
  rule(
    `((?:wi-?fi|wlan|ssid|network)(?:\\s+name)?(?:\\s+is)?\\s*[:=]?\\s*[\\w.-]{2,32}\\s*[/,|]\\s*)${NOT_SECRET}(?=\\S{0,99}(?:${SIGN}|-))[^\\s,;]{8,63}`,
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
