/**
 * Danger to people: smoke, fire, sparks, explosion, burning smell, melting, electric shock, swelling, in everyday
 * words, of a device or a part of one, whichever comes first. Pure. Cases: `danger.cases.txt`.
 */
import type { Clause } from "../../lib/words";

export type Danger = "danger" | "swollen_battery";

const anyOf = (...lists: string[]) =>
  `(?:${lists.join(" ").split(/\s+/).join("|")})`.replace(/_/g, " ");

const DEVICE = anyOf(
  "battery batteries pack cell laptops? notebook macbook mac imac computers? pc tower desktop chromebook surface thinkpad dell hp lenovo",
  "asus acer msi alienware phones? iphones? smartphone galaxy samsung pixel android tablet ipad kindle watch smartwatch airpods earbuds headset",
  "router modem printer scanner projector monitor tv tv_box xbox ps[345] playstation nintendo console controller airpods_case chargers? charging_brick power_brick power_bank",
  "powerbank adapter adaptor psu power_supply power_strip brick bricks e_reader ereader nook mbp mba xps switch_lite lamp cooler fan cables? cords? wires? plugs? outlet wall_socket socket chips? circuit_board capacitor fan_vent vents? hinge charging_port port usb motherboard",
  "mainboard gpu graphics_card cpu connector drive ssd server nas speaker drone lipo scooter e_bike extension_cord ups surge_protector vape camera device machine gadget console unit",
  "computadora compu ordenador portatil celular telefono movil tablet cargador pila bateria impresora cable enchufe tableta pantalla aparato",
  "rechner pc laptop handy powerbank ladegerat ladegeraet netzteil netzgerat ladekabel kabel stecker steckdose drucker bildschirm gerat geraet tastatur",
);
/** What a swelling battery lifts, in whatever it is built into. */
const SHELL = anyOf(
  "housing body screen display glass back back_glass back_cover cover bottom bottom_case case casing trackpad touchpad keyboard lid palm_rest panel frame",
);
const gap = (most: number) => `(?: \\S{1,24}){0,${most}} `;

const BANG =
  "(?:(?:loud |big |huge )?(?:pop|bang|boom|kaboom|poof|explosion)|popped|banged|loud noise|knall|explosion|estallido)";

/** Either order, with at most `most` words between. */
const near = (a: string, b: string, most: number) =>
  new RegExp(`\\b${a}${gap(most)}${b}\\b|\\b${b}${gap(most)}${a}\\b`);

const SMOKE = anyOf(
  "smoke smoking smoked smokes smoky fumes smouldering smoldering smoulders smolders smolder humo humea humeando raucht rauch qualm qualmt gequalmt geraucht",
);
const SPARK = anyOf(
  "spark sparks sparked sparking arcing arced chispas chispazo chispea funken gefunkt",
);
const BOOM = anyOf(
  "exploded explodes exploding explosion blew blew_up blew_out blown_up blowing_up blow_up went_bang went_boom went_poof went_pop burst kaput_geknallt geknallt explotado exploto explota estallo",
  "revento explodiert geplatzt hochgegangen",
);
const MELT = anyOf(
  "melt melts melted melting molten derritio derretido derrite derritiendo derretida geschmolzen schmilzt schmolz angeschmolzen schmort",
);
const SWELL = anyOf(
  "swollen swelling swelled swells swell expanded expanding expands bloated bloating bulging bulged bulges bulge puffed puffy puffing ballooned ballooning balloons buldg(?:ed|ing|es?) bowed bowing",
  "aufgeblaht aufgeblaeht geblaht blaht blaeht geschwollen angeschwollen gewolbt ausgebeult",
  "hinchad[oa] hincho hinchando inflad[oa] inflo inflando inflandose abombad[oa] abombo",
);
const SMELL = anyOf(
  "smell smells smelled smelt smelling smelly odor odour stink stinks stinking stench reeks huele huelen olor riecht stinkt geruch gestank roch",
);
const SCORCHED = anyOf(
  "burn burning burnt burned charred ozone sulfur sulphur rotten_eggs smoke smoking scorched melting melted singed fried quemado quemada humo chamuscado verbrannt verbranntem",
  "verschmort verschmortem angebrannt kokelt rauch brand schmort",
);
const SHOCK = anyOf("shock shocks shocked shocking zap zaps zapped zapping jolt tingle");
const HURT = anyOf("me us him her my his i we electric electrical static little small");

const PATTERNS = [
  near(DEVICE, SMOKE, 7),
  /\b(?:smoke|humo|rauch)(?: (?:is|was|are|just|started|starts|all|black|white))* (?:coming|came|comes|pouring|poured|rising|everywhere|from|out|inside|de)\b/,
  /\b(?:see|saw|seeing|smell|smelled|black|white|sale|saliendo|hay|echando|theres|there is|lots of|some) (?:\S{1,12} )?(?:smoke|humo)\b/,
  /\b(?:it|its|this|thing|something)(?: (?:is|was|just|started|starts|keeps|now|all|to|literally|actually)){0,4} (?:smoke|smoking|smoked|burning|sparking|sparked|melting|melted|exploded|smouldering|smoldering|hissing)\b/,
  /\b(?:on|caught|catch|catches|catching|cought|catched)(?: on)? fire\b/,
  /\b(?:burst|bursting|went|goes|going|up) (?:up )?(?:into|in) flames?\b|\bin flammen\b|\ben llamas\b/,
  near(DEVICE, "(?:flames?|feuer|flammen|fuego|llamas|incendio|incendiando|incendio)", 6),
  new RegExp(
    `\\bfire (?:in|inside|from|coming|out of|under|behind)${gap(3)}${DEVICE}\\b|\\bprendio fuego\\b`,
  ),
  new RegExp(
    `\\b${DEVICE}(?: (?:\\d{1,4}|is|was|are|started|starts|just|keeps|now|cable|itself|pro|air|se|esta|hat)){0,4} (?:burning|burnt|scorched|charred|burned|brennt|gebrannt|kokelt|quemando|quema|quemo|smolders)\\b(?! (?:my (?:leg|lap|eye)|through|a |an |cds?|dvds?|dis[ck]s?|hot))`,
  ),
  /\b(?:something|somethings|sth|algo|etwas|was) (?:is |was |esta |brennt )?(?:burning|quemando|quemandose|brennt|schmort|is burning)\b/,
  /\b(?:burn|scorch|scorched|burnt|black) marks?\b/,
  near(SMELL, SCORCHED, 5),
  new RegExp(
    `\\b${SMELL}${gap(3)}(?:plastic|chemicals?|electrical|plastico|plastik|rubber|fish|fireworks|gunpowder)\\b`,
  ),
  /\b(?:chemical|burnt|burning|electrical|acrid|fishy|toxic|metallic) (?:plastic |rubber |sweet )?(?:smell|odor|odour|stench)\b/,
  near(DEVICE, SPARK, 7),
  /\b(?:saw|see|seeing|electrical|some|big|few) sparks?\b|\bsparks? (?:fl(?:y|ew|ying)|coming|came|come|out|when|from|shot|every)\b|\b(?:it|and|just) (?:sparked|sparks)\b/,
  near(DEVICE, BOOM, 4),
  new RegExp(
    `\\b(?:battery|batteries|psu|power supply|capacitor)(?: \\S{1,12}){0,2} (?:blew|popped|burst|ruptured|vented)\\b`,
  ),
  new RegExp(
    `\\b(?:pop|bang|boom|explosion) (?:from|in|inside|out of|and)${gap(6)}(?:${DEVICE}|${SMELL}|smoke)\\b`,
  ),
  near(DEVICE, "(?:loud (?:pop|bang|boom)|bang|kaboom)", 6),
  near(DEVICE, MELT, 5),
  new RegExp(
    `\\b${MELT}${gap(3)}(?:plastic|outlet|insulation|plug)\\b|\\b(?:plastic|outlet|insulation|plug)(?: is| has| was| just| started)* ${MELT}\\b`,
  ),
  new RegExp(
    `\\b${SHOCK} ${HURT}\\b${gap(8)}?${DEVICE}\\b|\\b${DEVICE}${gap(6)}?${SHOCK} (?:me|us|him|her|my|when)\\b`,
  ),
  new RegExp(
    `\\b(?:gives?|gave|giving|got|get|gets|getting|been|electric|electrical|static|me|had)(?: \\S{1,12}){0,2} ${SHOCK}\\b${gap(8)}?${DEVICE}\\b|\\b${DEVICE}${gap(5)}(?:gives?|gave|giving)(?: \\S{1,12}){0,3} ${SHOCK}\\b`,
  ),
  new RegExp(
    `\\belectrocuted\\b|\\b(?:electric|electrical) shocks?\\b|\\bi (?:got|get|was|keep getting) (?:zapped|electrocuted|shocked) (?:by|from|touching|when)\\b(?! the (?:price|bill|cost))`,
  ),
  /\b(?:stromschlag|stromschlage|eine gewischt|stromstoss)\b|\bme (?:dio|da|dan|esta dando) (?:\S{1,12} )?(?:toques?|descargas?|corriente|calambres?)\b/,
  near(DEVICE, SWELL, 6),
  near(SHELL, SWELL, 4),
  new RegExp(
    `\\b(?:${DEVICE}|${SHELL})(?: (?:is|looks?|looking|got|seems?|went|like|its|all|almost|kinda|really|so|now)){1,3} pregnant\\b|\\bpregnant (?:laptop|macbook|phone|battery|iphone|ipad)\\b`,
  ),
  /\bspicy pillow\b/,
  /\b(?:about|going|ready) to (?:explode|burst|catch fire)\b|\bbattery(?: \S{1,8}){0,2} (?:got|is|looks|became|went)(?: \S{1,8}){0,1} (?:huge|enormous|round|fat|thick|twice)\b/,
  /\b(?:plastic|jack|port|plug|connector|outlet|socket|cable)\b(?: \S{1,10}){0,5} (?:gone|turned|went|is|all|got) (?:\S{1,6} )?(?:brown|bubbly|blistered|discolou?red|blackened)\b/,
  /\b(?:little|small|electric|static|mild|tiny|getting|gets?|got|gives?|gave)(?: \S{1,8}){0,2} shocks? (?:from|off|when)\b/,
  // Said of nothing else, once sayings and products are out of the way.
  /\b(?:smoke|smoking|smou?ldering|sparking|sparks|electrocuted|zapped|(?:got|get|gets|getting|been|was|being|keeps?|me) (?:getting )?shocked)\b/,
  new RegExp(
    `\\b${DEVICE}(?: \\S{1,12}){0,3} glow(?:s|ing|ed)?\\b(?: \\S{1,8}){0,2} (?:red|orange|hot|smells?|stinks)\\b`,
  ),
  /\b(?:outlet|plugs?|socket|port|cable|connector|adapter|adaptor|charger|psu|cord|power strip|board|chip)(?: \S{1,14}){0,7} (?:is|are|looks?|got|all|was) (?:\S{1,8} )?(?:burnt|burned|charred|melted|blackened|scorched|singed)\b/,
  near(
    DEVICE,
    "(?:boom|(?:plastic|case|casing|it)(?: \\S{1,8}){0,1} (?:went|gone|is|got|getting) soft|(?:crack|split|pop|burst|bust)\\w{0,3} (?:open|apart))",
    6,
  ),
  /\bhot(?: \S{1,8}){0,7} (?:soft|warped|deformed|melted|bubbled|browned)\b|\b(?:so|too|that) hot(?: \S{1,8}){0,3} plastic\b|\bbattery(?: \S{1,8}){0,2} (?:sticking|poking|coming|bursting|bulging) out\b/,
  // A battery that was handled.
  /\bbattery(?: \S{1,14}){0,6} (?:bent|punctured|pierced|torn|pried|pry|dented|creased)\b|\b(?:pried|prying|pry|bent|dented)(?: \S{1,10}){0,4} battery\b/,
  /\b(?:start(?:s|ed|ing)?|began|begin(?:s|ning)?|about) (?:to )?(?:smoke|smoking|burn|burning|melt|melting|spark|sparking|swell|hiss|bulge|smolder)\b(?! (?:cds?|dvds?|a |an |the |through))/,
  new RegExp(
    `\\b${DEVICE}(?: \\S{1,16}){0,3} (?:blew|blown)\\b(?: \\S{1,12}){0,3} (?:breaker|fuse)\\b`,
  ),
  near(
    DEVICE,
    "(?:leak(?:s|ed|ing)? (?:acid|fluid|liquid|goo)|(?:acid|fluid|liquid|goo)(?: is| was)? (?:leak(?:s|ed|ing)?|oozing|coming out)|oozing|venting|corroded acid)",
    5,
  ),
  near(
    DEVICE,
    "(?:glow(?:s|ing)? (?:red|orange|hot)|(?:red|orange) glow|charred|scorched|singed|sizzl(?:es?|ed|ing)|fizz(?:es|ed|ing)?|smo(?:u)?lder\\w{0,3})",
    5,
  ),
  // Wet, and current in it.
  /\b(?:water|coffee|liquid|juice|spilled|spilt|wet)\b(?: \S{1,16}){0,8} (?:sizzl(?:es?|ed|ing)|fizz(?:es|ed|ing)?|crackl(?:es|ed|ing))\b/,
  // The bottom of a thing that swells is round.
  new RegExp(
    `\\b(?:does not|do not|will not|can not|not)(?: \\S{1,8}){0,1} (?:sit|lie|lay|rest|stay)(?:ing)? flat\\b|\\b${SHELL}(?: \\S{1,12}){0,4} not flat\\b|\\b${DEVICE}(?: \\S{1,12}){0,3} (?:rocks|wobbles)(?: \\S{1,8}){0,2} (?:table|desk|flat)\\b`,
  ),
  new RegExp(
    `\\b(?:(?:something|it)(?: (?:is|inside|underneath|behind|was|keeps)){0,4}|battery(?: \\S{1,12}){0,5}) (?:push(?:ing|es|ed)|lift(?:ing|s|ed)|forc(?:ing|es|ed)|pop(?:ping|s|ped))(?: up)?(?: (?:the|my|its|up)){0,2} ${SHELL}\\b(?: \\S{1,8}){0,1} (?:out|up|off|apart|away)\\b`,
  ),
  /\b(?:phone|tablet|ipad|iphone|laptop|battery|handy|akku)(?: \S{1,12}){0,3} (?:thicker|fatter|fat|squishy|spongy|squishy)\b(?! (?:case|one|bezel))/,
  /\b(?:battery|pila|powerbank|handy)(?: \S{1,12}){0,4} (?:aufgegangen|dick|inflo|hincho)\b|\bse (?:me )?(?:inflo|hincho) (?:la|el|mi) (?:battery|pila|\S{1,12})\b/,
  new RegExp(
    `\\b(?:burned|burnt|scorched|enough to burn) (?:me|us|him|her|my (?:leg|legs|lap|son|daughter|kid))\\b(?! (?:a|an|some|cds?|dvds?|out|through)\\b)`,
  ),
  new RegExp(
    `\\b${DEVICE}(?: \\S{1,12}){0,5} (?:crackl(?:es|ed|ing)|buzz(?:es|ed|ing))(?: \\S{1,12}){0,3} (?:${SMELL}|hot|smoke)\\b`,
  ),
  /\bozone\b(?! (?:layer|app|store))/,
  new RegExp(
    `\\b(?:battery|batteries|phone|iphone|laptop|macbook|tablet|ipad|trackpad|pack)(?: \\S{1,16}){0,5} (?:like a (?:pillow|balloon|football|bubble)|huge like|got (?:really |so |all |very )?(?:fat|thick|round|puffy|big)|twice (?:its|the) (?:size|thickness)|dome(?:d)?|deform\\w{0,3}|aufgequollen|gequollen|gewachsen)\\b`,
  ),
  /\bwoke (?:up )?to (?:flames|smoke|fire|a fire)\b|\bflames (?:and|coming|shooting|out|everywhere)\b/,
  /\b(?:gives?|gave|giving|got|get|getting|feel|felt)(?: \S{1,12}){0,3} (?:shocks?|shocked|zapped|zaps?|tingl\w{1,3}|jolts?)\b(?: \S{1,12}){0,6} (?:plug\w*|charg\w*|touch\w*|metal)\b/,
  /\b(?:gefunkt|funkenflug|kurzschluss|corto ?circuito)\b|\bse (?:me )?(?:esta )?(?:quemo|quemando|incendio)\b/,
  /\b(?:battery|batteries|pila)(?: \S{1,16}){0,4} (?:expanded|expanding|expands|inflating|grew|growing|fat|leaking|leaks|leaked|hissing|hisses|hiss|venting|fuming|dick|deformed|round|rounded|popped out)\b/,
  new RegExp(
    `\\b${SHELL}(?: (?:on|of|from) (?:my|the|his|her) \\S{1,16})?(?: (?:is|are|was|has|keeps?|started|starts|being|been|just|getting|to|gets|got|bent|hebt|se|esta|slowly|kinda)){0,4} (?:lift\\w{0,3}|rais(?:ed|ing)|rising|popp(?:ed|ing)|push(?:ed|ing)|separat(?:ed|ing)|coming|bowed|bowing|warped|warping|bent|split(?:ting)?|bulging|levantando)(?: (?:up|off|out|apart|away|open|outwards?|upwards?|from the (?:frame|inside|body)|out of))(?: |$)(?!(?:a|an|messages?|warnings?|ads?|the|my|at|after|when i dropped|every|with a)\\b)`,
  ),
  /\b(?:screen|display|pantalla|bildschirm|glass)(?: \S{1,12}){0,3} (?:lifting|levantando|hebt sich|separating from|pushed out|being pushed)\b(?! up the)/,
  /\b(?:tablet|phone|ipad|iphone|watch|laptop)(?: is| was| just)? (?:(?:splitting|popping|bursting|coming) (?:open|apart)|(?:bent|bending|bowed) outwards?)\b/,
  new RegExp(
    `\\b(?:hiss|hissing|hisses)\\b(?: \\S{1,24}){0,7} (?:battery|phone|laptop|charger|pack)\\b|\\b(?:battery|phone|laptop|charger|tablet|iphone|it|its|power bank)(?: is| was| started| starts| keeps){0,2} hiss(?:ing|es)?\\b`,
  ),
  /\b(?:punctured?|pierced?|stabbed|poked|pricked|drilled|nicked|bent|crushed|cut)(?: \S{1,10}){0,3} battery\b|\bbattery (?:\S{1,10} ){0,3}(?:punctured|pierced|stabbed|poked|crushed)\b/,
  /\btoo hot to (?:touch|hold|pick|handle)\b|\bburning hot\b|\bred hot\b|\bglowing (?:red|hot|orange)\b/,
  /\b(?:burned|burnt|burning|burns|burn) (?:my|his|her|the) (?:hands?|fingers?|skin|thumb|palm|bed|desk|carpet|table|sheets?|couch|sofa)\b|\b(?:burned|burnt) me\b|\bblisters?\b/,
];

/** What comes off a thing, or out of it, told over several clauses. */
const COMES_OFF = new RegExp(
  `\\b(?:smoke|steam|sparks?|fire|flames?|fumes)(?: \\S{1,12}){0,6} (?:coming|came|pouring|rising|shooting|rose|flew) (?:off|out|from|up)(?: of)?${gap(3)}${DEVICE}\\b|\\b(?:gives?|gave|got|get|getting|felt|given)(?: \\S{1,10}){0,4} (?:shocks?|jolts?|zap(?:ped)?|shocked)\\b(?: \\S{1,14}){0,8} (?:plug\\w*|charg\\w*|touch\\w*|metal|${DEVICE})\\b`,
);
/** A bang or a flash, and what came with it, in other clauses too. */
const AFTERMATH = new RegExp(
  `\\b(?:${BANG}|(?:big|blue|bright|white|orange) flash)\\b(?: \\S{1,24}){0,10} (?:${SPARK}|${SMELL}|${SMOKE}|flash|black marks?|tripped|breaker)\\b|\\b(?:flash|${SPARK})(?: \\S{1,24}){0,5} ${BANG}\\b`,
);

/** Sayings, products and programs that hold a word of danger. */
const FIGURATIVE = new RegExp(
  `\\b(?:${[
    "fir(?:e|ed|es|ing) (?:it |the \\S+ |my \\S+ )?up",
    "(?:amazon|kindle) fire|(?:fuego|fire) tablet|tablet fuego|burner phone|(?:cd|dvd) burner",
    "fire (?:tablets?|hd|tv|stick|7|8|10|extinguishers?|alarms?|fox|wall|department|emblem|and ice)",
    "(?:smoke|smoky|smokey) (?:gr[ae]y|glass|black|white|blue|colou?red|detectors?|alarms?(?! (?:went|is going|goes|going|started) off)|tests?|effects?|damage|smell|screens?|break|shop|free|residue|signals?)",
    "(?:cigarettes?|cigar|tobacco|weed|vape) (?:smoke|smell)|smells? (?:like|of) (?:cigarettes?|smokers?|weed|tobacco|cigars?)(?: smoke)?",
    "(?:do you|i|we|you|people|who|non) smoke\\b(?! (?:coming|from))|holy smokes?|a smoker",
    "burn(?:ed|ing|s|t)? (?:a |the |some |my )?(?:cds?|dvds?|dis[ck]s?|blu ?rays?|iso|images?|files|music|movies?)",
    "burn(?:ed|ing|s)? (?:in|through|out|down|rate|into)\\b(?! (?:the|my) (?:pc|laptop|computer))",
    "boom (?:mic|arm|box|microphone)|burning (?:question|desire)|burnt (?:orange|sienna)|screen burn|burn subtitles|burning man",
    "(?:is|on) (?:so |pure |straight |such )?fire(?= (?:lol|bro|man|dude|wallpaper|sale|stick))",
    "(?:wallpaper|game|movie|show|song|girl|man|house|elmos) on fire|on fire (?:on netflix|lately|today|in (?:benchmarks?|games|reviews))|fire sale",
    "bl[oe]w(?:n|ing|s)?(?: \\S+){0,1} up (?:with|my inbox|my phone with)|blew up (?:my inbox|the (?:picture|image|photo)|the price|on)|blow up (?:the|a) (?:picture|image|photo)",
    "(?:wake on lan|inbox|email|feed|group chat|bill|price|router settings|spam|ads)(?: \\S+){0,2} (?:explod\\w*|blew up|blowing up|is blowing up)|(?:blown|blew|blow) (?:out|glass|my budget|dust|capacitors?|speakers?|fuses?|air|the dust|my mind)|(?:blown|blew) (?:a|the|my|one) speakers?|(?:blown) \\S+ (?:speakers?|capacitors?)|(?:flame|fire|smoke) (?:emblem|sticker|logo|decal|icon|emoji|theme|wallpaper)s?|burn(?:s|ed|ing)? (?:my |your |up |the )?(?:patience|time|budget|data|money|fat|brain)|explod\\w* (?:into|with) (?:ads|popups|windows)|(?:smoke|fire|flames|humo|fuego) (?:en|in|on|from) (?:la |el |the |a |my |this |una? )?(?:fotos?|photos?|picture|image|video|movie|game|wallpaper|background)|bl(?:ew|own) a (?:fuse|gasket|tire)|(?:smoke|smell) from (?:the |a |my )?(?:campfire|bbq|grill|cigarettes?|fireplace|wildfires?|kitchen|neighbou?rs?)|expand\\w* (?:its|the|my) (?:storage|memory|ram|disk|drive|partition|volume|screen|window)|sparks (?:team|nevada)|(?:separat\\w+|lift\\w+|popp\\w+|com\\w+)(?: \\S{1,10}){0,4} (?:after|since|when)(?: \\S{1,8}){0,3} (?:drop|dropped|fell|fall)|(?:screen|display|monitor)(?: \\S{1,10}){0,4} burn marks?|exploded view|explode (?:a|the) (?:zip|file)|price exploded|bills? exploded",
    "in smoke(?=$)|(?:quit|stop|stopped|no|non|chain|from|after|was|were|while) smoking(?= |$)(?! (?:from|at|when|badly))|smoking (?:deals?|hot deals?|price|area|room|section|weed|cigarettes?|indoors)|smoked (?:ribs|meat|salmon)|spark (?:notes|animation|effects?|plugs?|app|email|mail|drone|ads?)|(?:adobe|apache|dji|google) spark",
    "melting point|(?:ice cream|chocolate|candy|cheese|butter|wax|snow|gum|crayons?)(?: has| just)? (?:melted|melting)",
    "shock(?:ed|ing|s)? (?:by (?:how|your|that|the (?:price|cost|bill|quote|total|amount|news|quality|size|speed|number))|at the|at how|how|that|to see|to hear|proof|absorb\\w*|price|everyone|everybody)|a shock(?= |$)(?! (?:from|when|every|off|by))|shockproof|im shocked|price is shocking",
    "puffy (?:jacket|coat|eyes)|memory leaks?|bloated with|bloat ?ware|expansion|balloon (?:app|tips?|help|game)",
    "(?:speakers?|headphones?|audio|sound|mic|microphone|headset|earbuds?)(?: \\S+){0,3} (?:hiss\\w*|pop\\w*|crackl\\w*)|hiss\\w* (?:\\S+ ){0,2}(?:in|from|on) (?:my |the )?(?:speakers?|headphones?|audio|headset|mic)|pop(?:ping)? (?:\\S+ ){0,2}(?:in|from) (?:the |my )?(?:audio|speakers?|sound)",
    "pop ?ups?|pop up (?:ads?|windows?)|(?:screen|glass) protector(?: \\S+){0,3} \\S+ (?:up|off|at)|(?:out of|off) (?:its|the|my) (?:mount|stand|socket|bracket|slot|bag|box)",
    "rauchmelder|raucher\\w*|rauchgrau|feuerfuchs|(?:cds?|dvds?) brennen|firewall|hotspot|funkmaus|feuerfest\\w*",
  ].join("|")})\\b`,
  "g",
);

/** A danger that is asked about and not had. */
const HYPOTHETICAL =
  /\b(?:prevent|avoid|risks? of|should i (?:worry|be worried) (?:about (?:the|a|my)|if)|someday|chance of|likely (?:to|that)|how (?:do|can|would|does) (?:i|you|one|someone) (?:know|tell|recogni[sz]e|spot|check|see)|wie erkenne|como (?:prevenir|evitar|saber)|look like|just curious|curious|hypothetical\w*|in general|for the future|in the future|in case|before (?:it|they|the)|if (?:it|they|i|you|the battery|my battery|a battery|\S{1,8} \S{1,10} ever) (?:\S{1,12} ){0,4}(?:swells?|explodes?|catches|burns?|melts?|use)|(?:could|can|will|would|might|may) (?:a|an|the|my|it|this|these|they|laptops?|phones?|batteries)(?: \S{1,16}){0,3} (?:explode|catch|burn|melt|swell|shock|spark|smoke)|(?:safe|proof) bags?|fireproof|vermeiden|verhindern|thermal)\b/;
/** Asked of the shop, unless somebody has such a thing. */
const OFFERED = /\bdo you (?:recycle|sell|take|dispose|replace|buy)\b|\brecycl\w{1,3}\b/;
const HAD =
  /\b(?:my|our|his|her|the|this)(?: \S{1,16}){1,6} (?:is|are|has|have|got|started|looks?|was)\b|\b(?:is|has|got) (?:swollen|swelling|bulging|bloated)\b/;
/** A question about such things as a class: nobody says that theirs is one. */
const OF_NONE =
  /^(?:so |and |ok )?(?:what|why|do|does|are|can|could|how|is it true|when)\b(?!(?: \S+){0,12} (?:my|mine|the|this|that|our|his|her|its|it)\b)/;

/** Said not to be so, right before the words of danger. */
const NOT =
  /\b(?:not|no|never|without|nothing|nicht|kein|keine|keinen|sin)(?: (?:a|any|see|saw|seen|smell|is|be|been|really|getting|even|yet|the|so|that|longer|notice|noticed|actually|hay|esta|sign|signs|of|more))*$/;

/** Without one of these nothing is told: most messages end here, before the engine compiles a pattern. */
const A_WORD_OF_IT =
  /\b(?:smok|smo?u?lder|fum(?:es|ing)|steam|ozone|fire|flam|feuer|fuego|llama|incend|hum[oe]|rauch|qualm|spark|arc(?:ing|ed)|chisp|funk|explo|bl[eo]w|burst|bang|boom|pop|poof|revent|estall|platzt|hochgeg|knall|melt|molten|soft|derrit|schm(?:ol|il|or)|swel|swol|bloat|bulg|puff|pregnan|pillow|balloon|bow|inflat|inflo|infl|expand|aufge|hinch|abomb|smell|smelt|odou?r|stink|stench|reek|huele|olor|riecht|geruch|gestank|roch|burn|scorch|charred|singe|fried|quem|chamusc|brand|brenn|kokel|shock|zap|jolt|tingl|electroc|strom|gewischt|toque|descarg|corriente|calambre|corto|kurzschl|hiss|fizz|sizzl|crackl|buzz|glow|lift|rais|rising|separat|push|forc|thick|fat|spongy|squishy|dick|round|huge|enormous|dome|deform|twice|grew|grow|flat|rocks|wobbl|leak|vent|ooz|punct|pierc|pried|pry|stab|poke|prick|bent|bend|crush|drill|nick|cut|dent|creas|torn|hot|blister|warp|brown|bubbl|discolo|blacken|crack|split|apart|com(?:ing|es) (?:off|out|up|apart)|came (?:off|out|up|apart)|levant|hebt|flash|thrown)|schwoll|wolb|beult|blah|blaeht|brann|quoll|wachsen|schmor|gefunk|geschm/;

/** The danger that a message tells of, or null. */
export function dangerOf(clauses: Clause[]): Danger | null {
  const all = clauses.map(({ words }) => words).join(" ");
  if (!A_WORD_OF_IT.test(all)) return null;
  if (HYPOTHETICAL.test(all) || (OFFERED.test(all) && !HAD.test(all))) return null;
  const told = clauses
    .map(({ words }) => words.replace(FIGURATIVE, "~"))
    .filter((words) => !OF_NONE.test(words))
    .filter(
      (words) =>
        (CRY.test(words) && A_DEVICE.test(all)) ||
        PATTERNS.some((pattern) => isTold(words, pattern)),
    );
  if (told.length === 0) return isToldOver(clauses) ? "danger" : null;
  return told.every((words) => SWOLLEN.test(words)) && !BURNS.test(all)
    ? "swollen_battery"
    : "danger";
}

function isToldOver(clauses: Clause[]): boolean {
  const all = clauses.map(({ words }) => words.replace(FIGURATIVE, "~")).join(" ");
  return [AFTERMATH, COMES_OFF].some((pattern) => isTold(all, pattern)) && !OF_NONE.test(all);
}

/** "Smoke!! From my laptop!!" */
const CRY =
  /^(?:(?:help|a|and|the|some|lots|of|bad|big|black|white|grey|burning|burnt|weird|strong|now|omg|just) ){0,4}(?:smoke|fire|sparks|flames|humo|fuego|chispas|feuer|rauch|funken|burning smell|burnt smell)(?: (?:and|everywhere|help|please|now|omg|smell|smoke|sparks|bang|flames|heat|noise))*$/;
const A_DEVICE = new RegExp(`\\b${DEVICE}\\b`);

const SWOLLEN = new RegExp(
  `\\b(?:${SWELL}|pregnant|pillow|expand\\w*|lift\\w*|push\\w*|popp\\w*|separat\\w*|punctur\\w*|dick|hebt|levantando)\\b`,
);
const BURNS = new RegExp(`\\b(?:${SMOKE}|${SPARK}|fire|flames?|burning|brennt|fuego)\\b`);

const DANGER_WORD = new RegExp(
  `\\b(?:${SMOKE}|${SPARK}|${BOOM}|${MELT}|${SWELL}|${SMELL}|${SHOCK}|fire|burning|hissing|brennt)\\b`,
);

function isTold(words: string, pattern: RegExp): boolean {
  const found = pattern.exec(words);
  if (found === null) return false;
  const word = DANGER_WORD.exec(found[0]);
  const at = found.index + (word?.index ?? 0);
  return !NOT.test(words.slice(0, at).trimEnd());
}
