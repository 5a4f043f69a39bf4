/**
 * What a customer says, and which hand-off it must or must not cause: the table that `triggers.test.ts` checks row
 * by row. Add a row for every sentence that went wrong; `because` says why the answer is the right one.
 */
import type { HandoffReason } from "../../validators";
import type { TriggerState } from "./triggers";

type Fires = "nothing" | "declined" | "offer" | HandoffReason;
type Dialogue = {
  said: string;
  fires: Fires;
  because: string;
  state?: Partial<TriggerState>;
};

const asks = (said: string, because: string): Dialogue => ({
  said,
  fires: "customer_request",
  because,
});
const nothing = (said: string, because: string, state?: Partial<TriggerState>): Dialogue => ({
  said,
  fires: "nothing",
  because,
  ...(state && { state }),
});
const topic = (fires: HandoffReason, said: string, because: string): Dialogue => ({
  said,
  fires,
  because,
});

const answered = { aiReplies: 1 };
const failedOnce = { aiReplies: 2, failures: 1 };
const offered = {
  aiReplies: 2,
  failures: 2,
  offer: { reason: "same_failure", latest: true },
} as const;
const ignored = {
  aiReplies: 3,
  failures: 2,
  offer: { reason: "same_failure", latest: false },
} as const;

export const DIALOGUES: Dialogue[] = [
  // Asking for a person
  asks("Can I talk to a human?", "the plain ask"),
  asks("I want to speak to a real person", "the plain wish"),
  asks("HUMAN PLEASE!!!", "capitals and punctuation change nothing"),
  asks("agent", "a word from telephone menus"),
  asks("representative", "another"),
  asks("real person", "nothing else can be meant"),
  asks("i wanna tlak to a persn", "typing errors of the common kind"),
  asks("Let me speak with a technican please", "a misspelt technician"),
  asks("I need a technician now", "a wish for a person, at the end of the clause"),
  asks("Please transfer me to someone who can help", "transfer is not for machines"),
  asks("connect me to support agent", "no article"),
  asks("Why can't I talk to a human?", "a complaint that asks"),
  asks("No, I want to talk to a person.", "the no belongs to what was said before"),
  asks("I don't want to talk to a bot, I want a human.", "the second half asks"),
  asks("I'm sick of this chatbot", "not this machine: somebody else, then"),
  asks("stop talking to me, robot, get me a person", "an order"),
  asks("Is there a human here?", "asked so that one comes"),
  asks("how do i get in touch with someone at your shop", "asks for the way to people"),
  asks("Please call me back", "a call is a person"),
  asks("call me at 614 555 0142", "with the number to call"),
  asks("It's still broken. Put me through to your manager.", "the ask outranks the failure"),
  asks("Ich möchte mit einem Menschen sprechen", "German"),
  asks("Kann ich bitte mit einem Mitarbeiter reden?", "German, a question"),
  asks("Quiero hablar con una persona", "Spanish"),
  asks("¿Puedo hablar con un técnico?", "Spanish, accents and marks"),
  asks("My battery is bulging, let me talk to a person", "the ask comes first in the order"),
  nothing("No, I don't need a person.", "denied"),
  nothing("I don't want to talk to anyone right now, just tell me the price", "denied"),
  nothing("no need for a technician, thanks", "denied"),
  nothing("Are you a real person?", "curiosity: the assistant may answer"),
  nothing("Your technician told me it takes two days", "speaks of somebody"),
  nothing("I talked to a person yesterday about my screen", "the past"),
  nothing("Do I need a technician for a new battery?", "a question about the repair"),
  nothing("I need to talk to my manager about the budget first", "the customer's own people"),
  nothing("Call me when it's ready", "about the repair, not about this chat"),
  nothing("My kids talk to someone online and now it is slow", "a story"),
  nothing("How many people work at your shop?", "a question about the shop"),
  nothing("The agent app on my laptop crashes", "a program"),
  nothing("Ich brauche keinen Techniker", "denied, in German"),
  nothing("Can someone tell me the price of a screen?", "anyone will do, the assistant too"),

  // Mandatory topics
  topic("swollen_battery", "My laptop battery is swollen", "danger"),
  topic("swollen_battery", "the batery looks swolen", "danger, misspelt"),
  topic("swollen_battery", "My trackpad is bulging up", "what a swollen battery does first"),
  topic("swollen_battery", "I have a bloated battery in my phone", "the other order of words"),
  topic("swollen_battery", "Is a swollen battery dangerous?", "whoever asks may be holding it"),
  topic("swollen_battery", "not sure if my battery is puffy", "not sure is no denial"),
  topic("danger", "There is smoke coming from the charger port", "danger"),
  topic("swollen_battery", "Mein Akku ist aufgebläht", "German"),
  nothing("My battery is not swollen, it just drains fast", "denied"),
  nothing("How do I prevent a battery from swelling?", "prevention"),
  nothing("How much is a new battery?", "no danger"),
  topic("danger", "theres smoke coming out of my laptop!!", "danger, without the word battery"),
  topic("scam", "i let a guy from microsoft into my computer", "somebody is in it now"),
  topic(
    "scam",
    "i got scammed, they encrypted my files and want bitcoin",
    "of two topics the first",
  ),
  topic("ransomware", "I think I have ransomware", "damage grows by the hour"),
  topic("ransomware", "All my files are encrypted and they want bitcoin", "without its name"),
  topic("ransomware", "My PC was hacked. They want me to pay a ransom!", "the demand"),
  nothing("Do you sell anti-ransomware software?", "a product"),
  nothing("What is ransomware?", "a general question"),
  nothing("How can I protect my PC from ransomware", "prevention"),
  nothing("I don't have ransomware, it's only adware", "denied"),
  nothing("Is my drive encrypted with BitLocker?", "encryption that the owner wanted"),
  topic("data_loss", "I lost all my photos", "every write makes it worse"),
  topic("data_loss", "I accidentally deleted my thesis files", "the same"),
  topic("data_loss", "all my files are gone", "the same"),
  topic("data_loss", "Can you recover my deleted photos?", "a question about one's own"),
  topic("data_loss", "my hard drive is clicking", "a drive that dies"),
  topic("data_loss", "Ich habe meine Fotos verloren", "German"),
  nothing("Do you do data recovery?", "a service question"),
  nothing("Will I lose my data if you replace the battery?", "a worry, nothing is lost"),
  nothing("I haven't lost any files", "denied"),
  nothing("How much does data recovery cost?", "a price"),
  topic("refund", "I want my money back", "money is decided by people"),
  topic("refund", "Can I get a refund?", "one's own refund"),
  topic("refund", "please refund me", "an order"),
  topic("refund", "I want a refound", "misspelt"),
  topic("refund", "I'm going to dispute the charge", "by the bank"),
  nothing("What is your refund policy?", "the shop's texts answer that"),
  nothing("Do you give refunds?", "a general question"),
  nothing("I don't want a refund, I want it fixed", "denied"),
  nothing("Can I get a refund if it doesn't work?", "nothing has happened yet"),
  topic("legal", "I will sue you", "a threat"),
  topic("legal", "You will hear from my lawyer", "a threat"),
  topic("legal", "I'm taking this to small claims court", "a threat"),
  topic("legal", "I am considering legal action", "a threat"),
  nothing("My lawyer's laptop is slow", "a lawyer, no threat"),
  nothing("I'm a lawyer and I need my laptop by Monday", "a job"),
  nothing("Is it legal to unlock a phone?", "a general question"),
  nothing("I'm not going to sue you", "denied"),
  {
    said: "My files are encrypted, all photos are gone, refund me",
    fires: "ransomware",
    because: "of several topics the most dangerous one",
  },

  // The same failure twice
  nothing("My printer doesn't work", "a first message tells of no suggestion", { aiReplies: 0 }),
  nothing("That didn't work", "the first failure is the assistant's to answer", answered),
  { said: "That didn't work either", fires: "offer", because: "the second one", state: failedOnce },
  { said: "still not working", fires: "offer", because: "the second one", state: failedOnce },
  { said: "same error again", fires: "offer", because: "the second one", state: failedOnce },
  { said: "nope, no luck", fires: "offer", because: "the second one", state: failedOnce },
  {
    said: "I tried it, nothing changed",
    fires: "offer",
    because: "tried, in vain",
    state: failedOnce,
  },
  nothing("I haven't tried that yet", "nothing has failed", failedOnce),
  nothing("That worked, thank you!", "a success", failedOnce),
  nothing("And how much is a new one?", "another question", failedOnce),
  { said: "yes please", fires: "same_failure", because: "accepted", state: offered },
  { said: "Sure, go ahead", fires: "same_failure", because: "accepted", state: offered },
  { said: "ja bitte", fires: "same_failure", because: "accepted, in German", state: offered },
  { said: "No thanks", fires: "declined", because: "declined", state: offered },
  { said: "no, let's keep trying", fires: "declined", because: "declined", state: offered },
  { said: "yeah sure thanks", fires: "same_failure", because: "the first word", state: offered },
  { said: "👍", fires: "same_failure", because: "a sign", state: offered },
  nothing("yes but how much?", "a question first", offered),
  {
    said: "no thanks, i'd rather talk to somebody at the counter tomorrow",
    fires: "declined",
    because: "a no that goes on is a no",
    state: offered,
  },
  {
    said: "No, I want to talk to a person",
    fires: "declined",
    because: "the same",
    state: offered,
  },
  {
    said: "no!! it is smoking now",
    fires: "danger",
    because: "a danger waits for no answer",
    state: offered,
  },
  {
    said: "Liked “Shall a technician look?”",
    fires: "same_failure",
    because: "yes",
    state: offered,
  },
  { said: "Disliked “Shall a technician look?”", fires: "declined", because: "no", state: offered },
  nothing("Liked “My battery is smoking, get me a human”", "what a reaction quotes is not said"),
  nothing("Hat „Get me a human“ mit „Gefällt mir“ markiert", "nor in German"),
  nothing("Le gustó “¿Su laptop echa humo?”", "nor in Spanish"),
  nothing("Removed a like from “I want my money back”", "nor when it is taken back", offered),
  nothing("What about the other cable?", "ignored: the assistant goes on", offered),
  nothing("yes", "an answer to what was said after the offer", ignored),
  {
    said: "It still doesn't work",
    fires: "same_failure",
    because: "an ignored offer, and it happened again",
    state: ignored,
  },
  {
    said: "That didn't help",
    fires: "same_failure",
    because: "declined before, and now twice again: not asked a second time",
    state: { aiReplies: 5, failures: 1, declined: true },
  },
  nothing("That didn't help", "declined before: counting starts again", {
    aiReplies: 4,
    failures: 0,
    declined: true,
  }),
  {
    said: "yes",
    fires: "no_source",
    because: "the offer says what for",
    state: { ...offered, offer: { reason: "no_source", latest: true } },
  },

  // The cap, and people
  { said: "And now?", fires: "reply_cap", because: "the cap", state: { aiReplies: 30 } },
  nothing("And now?", "below the cap", { aiReplies: 29 }),
  {
    said: "Refund me",
    fires: "refund",
    because: "a topic's reason says more than the cap's",
    state: { aiReplies: 30 },
  },
  nothing("I want a human", "people have it already", { owner: "human" }),
  nothing("my battery is swollen", "in the queue: people are on their way", { owner: "queue" }),
];
