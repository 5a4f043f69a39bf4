/** What people of the example shop's past are called, and say beside the questions of the evaluation. */

const split = (words: string) => words.split(",");
export const FIRST_NAMES = split(
  "Maria,Tom,Aisha,Luis,Grace,Peter,Ruth,Ben,Chloe,Omar,Nina,Jack,Mei,Sofia,Carl,Tara,Denise,Kevin,Rosa,Walter,Priya,Hank,Julie,Marcus",
);
export const LAST_NAMES = split(
  "Keller,Becker,Rahman,Ortega,Kim,Novak,Adeyemi,Sutton,Martin,Haddad,Petrova,Doyle,Chen,Rossi,Jensen,Singh,Whitaker,Brooks,Alvarez,Lindqvist,Pruitt,Okoye,Hartman,Vance",
);
export const WANTS_PERSON = [
  "Can I talk to a person, please?",
  "I'd rather speak to one of your technicians.",
  "i want to talk to a technician",
  "can i talk to a real person about this",
  "I'd like a technician to answer that, please.",
];
/** What the shop's documents say nothing about: gaps. Some are asked more often than others. */
export const NOT_KNOWN = [
  "Do you repair drones?",
  "can you fix my drone, one motor is dead",
  "how much is a drone repair",
  "do you fix game consoles",
  "can you fix my xbox controller",
  "Can you fix the screen of my car's navigation system?",
  "Do you rent out projectors for a weekend?",
  "rent a projector for the weekend price",
  "Do you digitize old VHS tapes?",
  "do you do vhs to dvd",
  "do you repair apple watch screens",
  "do you sell phone cases",
  "do you teach computer classes for seniors",
  "do you install security cameras",
];

/** What a technician writes, what comes of it, and the label it gets, by what the customer had asked about. */
type Matter = {
  slugs: RegExp;
  label?: string;
  /** A part may have to be ordered for it. */
  parts?: true;
  answers: string[];
  summaries: string[];
};

export const LABELS = [
  { name: "Business", colour: "violet" },
  { name: "Data recovery", colour: "red" },
  { name: "Part ordered", colour: "amber" },
  { name: "Warranty or refund", colour: "blue" },
] as const;

export const PART_ORDERED = "Part ordered";
export const HAS_NO_PART = [
  "Hi, {staff} here. I don't have that part on the shelf, but I can order it today. Shall I?",
  "{staff} from the shop. That part has to be ordered. You pay nothing before it's fitted. Is that all right?",
];
export const YES_ORDER = ["yes please", "Yes, please order it.", "ok go ahead"];
export const PART_IS_ORDERED = "The part is ordered. It takes about two days.";
export const PART_CAME = "Part ordered and come, customer told";
export const PART_HAS_COME =
  "Good news: the part is here. Bring it in any time we're open, and mention this chat.";

const MATTERS: Matter[] = [
  {
    slugs: /laptop-screen|tablet-screens/,
    parts: true,
    answers: [
      "Hi, {staff} here. Which model is it exactly? It's in the settings under About. With that I can see if we have the screen on the shelf.",
      "{staff} from the shop. I have that screen here. Drop it off in the morning and I'll do it first.",
    ],
    summaries: ["Screen is in stock, comes by tomorrow", "Asked for the model, screen quoted"],
  },
  {
    slugs: /data-recovery|backup|ransomware/,
    label: "Data recovery",
    answers: [
      "Hi, {staff} here. Please leave the drive switched off until I've seen it: every start can cost files. Can you bring it by?",
      "{staff} from the shop. Don't run any repair tools on it, please. Bring it as it is and we'll tell you what can be saved before you pay for more.",
    ],
    summaries: [
      "Brings the drive in, left switched off",
      "Data recovery explained, drive comes in",
    ],
  },
  {
    slugs: /battery|liquid|overheating|power|mac-wont-start|charging|ssd/,
    parts: true,
    answers: [
      "Hi, {staff} here. Please leave it unplugged and switched off, and bring it in. I'll open it with you at the counter.",
      "{staff} from the shop. Does any light come on when you plug it in? If not, don't try again and bring it with its charger.",
    ],
    summaries: ["Left unplugged, brings it in", "Comes by with the charger, bench check"],
  },
  {
    slugs: /business/,
    label: "Business",
    answers: [
      "Hi, {staff} here. How many computers is it, and is anybody stuck right now? I can connect this afternoon.",
      "{staff} from the shop. I've put you down for a call about the plan. Which hours suit you?",
    ],
    summaries: ["Call about the plan arranged", "Connected remotely, works again"],
  },
  {
    slugs: /account|two-factor|phishing/,
    answers: [
      "Hi, {staff} here. Please don't send me any password or code. Bring a photo ID and the device, and we'll get you back in together.",
      "{staff} from the shop. Change that password from another device first, then we'll look at the rest together.",
    ],
    summaries: ["Password changed, comes in with ID", "Account recovery explained"],
  },
  {
    slugs: /invoice|refund|warranty|payment|diagnostics|unclaimed/,
    label: "Warranty or refund",
    answers: [
      "Hi, {staff} here. Can you give me the number on your receipt? Then I can look at what was done.",
      "{staff} from the shop. I've found your ticket and will go through it with Sam today.",
    ],
    summaries: ["Receipt checked, explained the bill", "Warranty case, no charge"],
  },
  {
    slugs: /^/,
    answers: [
      "Hi, {staff} here, I've read what you wrote. Does it happen every time, or only now and then?",
      "{staff} from the shop. Bring it by and I'll look at it with you; that takes ten minutes.",
      "Hi, this is {staff}. I can connect to it remotely today if that's easier for you.",
    ],
    summaries: [
      "Comes by for a look",
      "Remote session arranged",
      "Explained, customer tries it first",
    ],
  },
];

export const matterOf = (slug: string): Matter => MATTERS.find(({ slugs }) => slugs.test(slug))!;

export const SORRY_NOT_OURS = [
  "Hi, {staff} here. That's nothing we do, sorry. I didn't want to leave you without an answer.",
  "{staff} from the shop. Sorry, we don't offer that. If something with a keyboard breaks, we're here.",
];
export const NOT_OURS = ["Asked for something we don't do", "Not our work, said so"];

/** The customers that the desk still has when the demo begins: one waits for a part, two for a technician. */
export const LAST_DAY = [
  {
    name: "Rosa Lindqvist",
    hour: 10.6,
    slug: "laptop-screen-replacement",
    says: ["hp pavilion 15 screen replacement", "i want to talk to a technician about it"],
    ordersPart: true,
  },
  {
    name: "Denise Whitaker",
    hour: 19.4,
    slug: "business-it-plans",
    says: [
      "it support for our 8 person office monthly cost",
      "I'd rather speak to one of your technicians about this.",
    ],
    ordersPart: false,
  },
  {
    name: "Marcus Doyle",
    hour: 20.2,
    slug: "swollen-battery",
    says: ["my phone battery is puffed up", "it's an iPhone 12, I have switched it off"],
    ordersPart: false,
  },
];

/** Of somebody who comes back when the conversation is closed. */
export const COMES_BACK = [
  "hi, me again. do i need an appointment for that?",
  "Hello again, are you open on Saturday?",
  "one more thing: how long will it take?",
  "hi again, do you take apple pay?",
];
export const THANKS = [
  "Great, thank you!",
  "Perfect, I'll come by tomorrow.",
  "Thanks, that helps a lot.",
  "ok thanks, see you then",
  "Will do, thank you.",
  "thx!",
];
export const TOO_BAD = [
  "ok, thanks anyway",
  "Too bad. Thanks for telling me.",
  "alright, thank you",
];
type Comments = Record<number, string[]>;
export const COMMENTS: Record<"assistant" | "people", Comments> = {
  assistant: {
    5: ["Got my price in a minute.", "Answered at once, wow.", "Easy."],
    4: ["Good, but I had to ask twice.", "Fine."],
    3: ["Okay, but I wanted to call somebody."],
    2: ["Not quite what I asked."],
  },
  people: {
    5: ["Quick and friendly.", "Knew right away what it was."],
    4: ["Helpful, thanks."],
    2: ["Took a while until somebody answered."],
  },
};
