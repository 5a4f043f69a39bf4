/**
 * The vocabulary of a trade, here of computer repair: what customers call the same thing, what is a
 * kind of what, and which words carry no topic. It knows no shop, no document and no question. This
 * is the file to write anew for another trade.
 */

/** Words that name the same thing, a thing a line; the first names the concept. Several words may be one. */
export const CONCEPTS: string[][] = `
price, cuanto, cuesta, precio, cobran, kostet, kosten, preis, cost, fee, pricing, how much, expensive, cheap, affordable
turnaround, tarda, dauert, lange, how long, how soon, how quickly, how fast, duration, same-day
hours, abierto, abren, offen, geoffnet, open, opening, closed, close, closing, what time
location, located, address, where are you, directions, where is your shop, ubicados, direccion, adresse
screen, pantalla, bildschirm, display, lcd, panel, glass
printer, print, printing, impresora, drucker
laptop, portatil, lap top, notebook, ultrabook, chromebook
phone, celular, movil, handy, mobile, smartphone, cellphone, handset, android
desktop, tower
computer, computadora, ordenador, rechner, pc, machine
tablet
repair, fix, mend, service
replace, replacement, swap
break, rota, kaputt, busted, broken, broke, crack, shatter, smash
slow, lenta, lento, langsam, takes forever, sluggish, performance, lag, laggy, sluggishly, speed up
virus, viren, weird search, malware, spyware, adware, trojan, infected, infection, popup, pop-up
recover, recovery, restore, retrieve, deleted, get back, get them back, get it back, rescue
data, info, information, pics, datos, archivos, fotos, daten, dateien, stuff, file, photo, picture, document
warranty, garantia, garantie, guarantee, guaranteed, warranties
liquid, water, spill, spilt, wet, coffee, cafe, agua, wasser, kaffee, cayo, coke, tea, juice, beer, wine, soda, milk, moisture, toilet, sink, pool, bathtub, puddle
wifi, wlan, wi-fi, wireless, internet, network, router
backup, back up, backed up, back-up
memory, ram, gigs
fault, trouble, malfunction
drive, ssd, hdd, disk, storage
pay, apple pay, google pay, payment, card, cash, paypal, venmo, visa, amex, tarjeta, pagar, karte, zahlen, bezahlen
invoice, receipt, bill, billed, billing, factura, recibo, rechnung
appointment, book, booking, schedule, reserve, walk-in, walk in, drop in
refund, money back
onsite, on-site, home visit, house call, callout, call-out, come to my, come to our, come to us, come out, come over, house calls, home visits
pickup, pick up, pick it up, pick-up, collect, courier, deliver, delivery
boot, turn on, turning on, power on, power up, switch on, boot up, won't start, doesn't start, enciende, startet, geht nicht mehr an, not starting, no power, dead
overheat, jet engine, burns, lufter, overheating, hot, heat, fan, noisy, noise, loud
diagnose, diagnosis, diagnostic, diagnostics, inspect, inspection, assessment
private, privacy, confidential, snoop, safe with you, secure with you
discount, descuento, rabatt, coupon, promotion
student, teacher, estudiante
dropoff, drop off
status, ready yet, is it ready, done yet, repair is done, repair is ready
response, respond
build, built, rig, assemble, assembly
forgotten, forgot, forget, vergessen, olvide
technician, tech
estimate, quote, presupuesto, kostenvoranschlag
tuneup, tune-up, tune up
timemachine, time machine
contactnumber, your email, your e-mail, your number, phone number, telephone number, telephone, contact number, call you, reach you, telefonnummer
key, keycap
touchpad, trackpad, track pad
twice, two times, double
cancel, call off, reschedule
labor, labour, an hour, per hour
remove, removal
swollen, puffed, puffy, hinchada, aufgeblaht, swell, swelling, bulge, bulging, bloated
charge, charger, charging
password, pin, contrasena, passwort, passcode, login, log in, log into, sign in, sign into, signing in
twofactor, two-factor, two-factor sign-in, 2-step, 2fa, mfa, two-step, authenticator
deposit, upfront, up front, in advance
lock, lockout, locked out, unlock
ransomware, ransom ware, ransom, files encrypted, files are encrypted, files were encrypted, files got encrypted, encrypted my files, locked my files
cryptocurrency, crypto, bitcoin, ethereum
stuck, hang, freeze, frozen, hung
mail, email, e-mail, inbox, mailbox
transfer, move, migrate, migration
phish, phishing, scam, scammer, fraud, hack, legit, fake, suspicious
install, installation, set up, set-up, setup
ship, mail you, mail it, shipping, mail-in, mail in, post
monitor, second screen
upgrade, upgrading
business, company, office, firm
insurance, insurer, claim
battery, akku, bateria, batterie
loaner, loner, lend, lent, borrow, borrowed
bluescreen, blue screen, bsod, stop code, stop error, crash, crashes, crashing
rush, asap, express, skip the line, front of the line
financing, installment plan, in installments, payment plan
unclaimed, abandoned, never pick, hold my, out of town
remote, remotely, teamviewer, over the internet
reinstall, wipe, windows back
destruction, destroy, shred, shredding, shredded
Saturday, samstags, sabados, sabado
recycle, get rid of, give me for, sell you, reciclar, recycling, dispose, disposal, trade-in`
  .trim()
  .split("\n")
  .map((line) => line.split(", "));

/** A specific thing also counts, less, as the general one: "iPhone" is a phone. */
export const RELATED: Record<string, string[]> = {
  macbook: ["laptop", "mac", "apple", "computer"],
  imac: ["desktop", "mac", "apple", "computer"],
  mac: ["computer", "apple"],
  iphone: ["phone", "apple"],
  ipad: ["tablet", "apple"],
  galaxy: ["phone", "samsung"],
  pixel: ["phone"],
  window: ["computer"],
  thinkpad: ["laptop", "window"],
  xps: ["laptop", "window"],
  dell: ["laptop", "window"],
  lenovo: ["laptop", "window"],
  hp: ["laptop", "window"],
  asus: ["laptop", "window"],
  acer: ["laptop", "window"],
  samsung: ["phone"],
  crypto: ["pay"],
  ransomware: ["virus"],
  laptop: ["computer"],
  desktop: ["computer"],
  computer: ["laptop", "desktop"],
  device: ["computer", "phone"],
  t480: ["laptop", "window"],
  pavilion: ["laptop", "window"],
  rog: ["laptop", "gaming"],
  surface: ["laptop", "window"],
  ideapad: ["laptop", "window"],
  inspiron: ["laptop", "window"],
  latitude: ["laptop", "window"],
  zenbook: ["laptop", "window"],
  msi: ["laptop", "window"],
  toshiba: ["laptop", "window"],
  motorola: ["phone"],
  nokia: ["phone"],
  oneplus: ["phone"],
};

export const STOP = new Set(
  `a about accept accepts above actually after again ago all almost already also although always am an and another any anybody
  anyone anything anyway are aren't around as ask asked at away back bad be because been before being best better
  big both but buy by came can can't cannot come comes coming could couldn't customer day days did didn't different do does
  doesn't doing don't done down each either else end even ever every everything exactly far fell few fine first for
  found from gave general get gets getting give go goes going gone good got great guess guy guys had happen happened
  happens happy has have haven't having he hello help her here hey hi him his hope hour how however i i'd i'll i'm i've if
  in instead into is isn't issue it it'd it'll it's its itself just keep keeps kind kinda know last late later least
  left less let like little long look looking lot made make makes making many matter may maybe me mean might mine
  minute minutes month months more morning most much must my myself near need needed needs never new next nice no not nothing now
  of off offer offers often ok okay old on once one ones only onto or other our out over own part people perhaps person
  place please point possible probably problem put question quick quickly quite rather really right said same saw say
  says see seem seems several shall she should shop show side since so some somebody someone something sometimes soon
  sorry sort still stopped store stuff such suddenly suggest sure take takes taken taking tell than thank thanks that that's
  the their them then there there's these they thing things think this those though thought through time times to
  today together told tomorrow tonight too took tried try trying type typically under until up upon us use used using
  usual usually very want wanted wants was wasn't way we week weeks well went were what what's whatever when where
  whether which while who whole why will wish with without won't wonder wondering work working works would wouldn't wrong year years
  yes yesterday yet you you'd you'll you're your yours do handle require required possibly currently involve start starts
  yourself super lately extremely constantly recently randomly honestly friend accident accidentally able there're let's ain't gonna wanna hoping supposed able nearly roughly approximately total
  se me mi mis el la los las un una de del en que hago hacer por para con cambiar tiene tengo esta puedo pueden hay cuando donde nuevo nueva
  habt hat ihr ich wir mein meine der die das ein eine einen ist sind fur furs mit nicht neuer neues neue neuen was wann wie kann bitte
  completely wait aceptan tienen ist gefallen ins meinem meinen gestern
  im ive its weekday weekdays rate rates nobody insted putting showing didnt doesnt isnt wasnt hasnt havent wont couldnt til plus put show shows cut hit available brand dont cant whats thats yall guys pls plz u r ur thx hi anyone kid wife mom gonna`
    .split(/\s+/)
    .filter(Boolean),
);

/** What customers say in several words with others in between; replaced by the concept's name. */
export const PHRASES: Array<[pattern: RegExp, concept: string]> = [
  [/\bmoney back\b/g, "refund"],
  [/\bhold(?:s|ing)? (?:a |its |any )?charge\b/g, "battery"],
  [/\bold (?:pc|computer|laptop|mac\w*|phone) to (?:my |the |a )?(?=new )/g, "transfer "],
  [
    /\b(?:keep|store|hold (?:on )?to) (?:my |the |your )?(?=(?:data|backups?|files|copies)\b)/g,
    "keepdata ",
  ],
  [/\b(?<!galaxy )(s2\d|a[1-5]\d)\b/g, "galaxy $1"],
  [
    /\b(?:come|visit|drive)\s+(?:out\s+)?(?:to\s+)?(?:my|our)\s+(?:house|home|place|apartment|office)\b/g,
    "onsite",
  ],
  [
    /\b(?:get|getting|got|bring|have)\s+(?:\w+\s+){0,3}?(files?|photos?|pictures?|data|documents?|videos?|everything)\s+back\b/g,
    "recover data",
  ],
  [
    /\b(?:wo|do|does|did|will|is|ca)(?:n't| not|nt)\s+(?:even\s+)?(?:turn|switch|power|start)(?:ing)?(?:\s+(?:on|up))?\b/g,
    "boot",
  ],
  [/\b(\d+)\s*(gb|tb|hz)\b/g, "$1$2"],
  [/\bstorage (?=fees?\b|costs?\b)/g, "storagefee "],
  [/\bany tips\b/g, ""],
  [/\b(\d+)\s*gigs?\b/g, "$1gb"],
  [/\bhrs?\b/g, "hour"],
  [/\bhourly\b/g, "labor"],
  [/\blabor day\b/g, "laborday"],
  [/\bmake\s+(?:\w+\s+){1,3}faster\b/g, "slow"],
  [
    /\blook(?:ing)? at (?:my|the|a) (?=(?:pc|computer|laptop|desktop|phone|iphone|tablet|ipad|device|mac|macbook)\b)/g,
    "diagnose ",
  ],
  [/\b(?:on|over|by) the phone\b/g, "by telephone"],
  [/\b(?:never|don'?t|can i|do i|i|to|by) mail(?= (?:a|an|my|the|it|in|you|them|me)\b)/g, "ship"],
  [/\bby mail\b/g, "ship"],
  [/\bwheelchair\b/g, "step free entrance"],
  [/\bworth\s*\??$/g, "recycle"],
  [/\bdrop\s+(?:\w+\s+){1,3}off\b/g, "dropoff"],
  [/\bput\s+(?:\w+\s+){1,3}together\b/g, "build"],
];

/** Words so common in the trade that they hardly tell one question from another. */
export const COMMON = "safe repair replace computer device drop bring break shop problem time";

/** Things of which a customer usually owns one. */
export const OWNED = [
  "laptop",
  "phone",
  "tablet",
  "desktop",
  "mac",
  "macbook",
  "imac",
  "iphone",
  "ipad",
  "samsung",
  "galaxy",
  "pixel",
  "thinkpad",
  "xps",
  "dell",
  "lenovo",
  "hp",
  "asus",
  "acer",
  "t480",
  "pavilion",
  "rog",
  "surface",
  "ideapad",
  "inspiron",
  "latitude",
  "zenbook",
  "msi",
  "toshiba",
  "motorola",
  "nokia",
  "oneplus",
  "printer",
];

/** What a device consists of: who asks about one is not answered by a line about another. */
export const PARTS = [
  "screen",
  "battery",
  "keyboard",
  "port",
  "drive",
  "memory",
  "charger",
  "hinge",
  "monitor",
];

/** What is one is not the other, although both may be laptops. */
export const OPPOSED: Array<[string, string]> = [["mac", "windows"]];

/** The word for any of them. */
export const ANY_DEVICE = "computer";

/** What somebody means who names none. */
export const IMPLIED = "laptop windows";

/** What changes the meaning of a fact: a passage about one of these answers only questions about it. */
export const SIDE =
  "warranty refund insurance recycling backup appointment home-visit pickup business diagnosis cancel deposit liquid swollen void";

/** Words of a heading that say what is told about its subject, not what the subject is. */
export const NO_TOPIC = "price turnaround step computer technician";
