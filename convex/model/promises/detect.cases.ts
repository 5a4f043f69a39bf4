/**
 * What is a promise, and until when, by example: add a row for every sentence that is judged wrongly. Times
 * are the example shop's (New York; weekdays 9 to 6, Saturdays 10 to 1 and 2 to 5, Thanksgiving closed).
 */
type PromiseCase = {
  said: string;
  /** Local time at which it is said; a Tuesday, ten in the morning, unless the row says otherwise. */
  at?: string;
  /** Local time by which it must be kept; null: no promise. */
  due: string | null;
  /** The shop is closed then. */
  flagged?: true;
  why: string;
};

const TUESDAY_LATE = "2026-11-17T16:00";
const SATURDAY = "2026-11-21T16:00";
const THANKSGIVING_EVE = "2026-11-25T17:30";

export const PROMISE_CASES: PromiseCase[] = [
  // A time of today.
  { said: "We'll call you by three.", due: "2026-11-17T15:00", why: "three is ahead" },
  { said: "We\u2019ll call you by 3.", due: "2026-11-17T15:00", why: "a typographic apostrophe" },
  { said: "I'll call you back at 3pm.", due: "2026-11-17T15:00", why: "stated exactly" },
  {
    said: "I will ring you at 3:30 p.m. today.",
    due: "2026-11-17T15:30",
    why: "dots end no sentence",
  },
  { said: "We will phone you at half past two.", due: "2026-11-17T14:30", why: "a spoken time" },
  { said: "I'll text you at quarter to four.", due: "2026-11-17T15:45", why: "a spoken time" },
  { said: "I'll e-mail you the quote before noon.", due: "2026-11-17T12:00", why: "noon" },
  {
    said: "I'll get back to you by 11.",
    due: "2026-11-17T11:00",
    why: "this morning's, not tonight's",
  },
  { said: "A technician will call you in 20 minutes.", due: "2026-11-17T10:20", why: "from now" },
  { said: "Somebody will reply within two hours.", due: "2026-11-17T12:00", why: "from now" },
  { said: "I'll be in touch within the hour.", due: "2026-11-17T11:00", why: "from now" },
  { said: "We'll call you between 2 and 4.", due: "2026-11-17T16:00", why: "due at its end" },
  { said: "We'll call you between 2 and 4pm.", due: "2026-11-17T16:00", why: "due at its end" },
  { said: "Dana will call you by five.", due: "2026-11-17T17:00", why: "a colleague by name" },
  {
    said: "I'll look at it and call you by three.",
    due: "2026-11-17T15:00",
    why: "the second thing",
  },
  {
    said: "Let me check the part and get back to you by 4.",
    due: "2026-11-17T16:00",
    why: "let me",
  },
  {
    said: "I'll have a technician call you at two.",
    due: "2026-11-17T14:00",
    why: "by somebody else",
  },
  { said: "I'm going to call you at 1.", due: "2026-11-17T13:00", why: "going to" },
  { said: "You'll hear from us by 5 o'clock.", due: "2026-11-17T17:00", why: "the customer hears" },
  { said: "You'll get a call at 4:15.", due: "2026-11-17T16:15", why: "the customer gets a call" },
  { said: "Expect a call from Dana by noon.", due: "2026-11-17T12:00", why: "expect" },
  {
    said: "We promise to call by six.",
    due: "2026-11-17T18:00",
    why: "at closing time, not after it",
  },
  { said: "We'll try to call you by three.", due: "2026-11-17T15:00", why: "heard as a promise" },
  {
    said: "Thanks! Sorry for the wait. I'll ring you at 2.",
    due: "2026-11-17T14:00",
    why: "the third sentence",
  },
  { said: "We'll let you know by 15:00.", due: "2026-11-17T15:00", why: "24 hours" },
  // The day's end.
  {
    said: "I'll update you today.",
    due: "2026-11-17T18:00",
    why: "a day ends when the shop closes",
  },
  { said: "We'll call you by the end of the day.", due: "2026-11-17T18:00", why: "closing time" },
  { said: "You will hear from me before we close.", due: "2026-11-17T18:00", why: "closing time" },
  {
    said: "We'll get back to you this afternoon.",
    due: "2026-11-17T18:00",
    why: "the afternoon's end",
  },
  { said: "I'll follow up EOD tomorrow.", due: "2026-11-18T18:00", why: "of the day named" },
  // Said when that time is over.
  {
    said: "We'll call you by three.",
    at: TUESDAY_LATE,
    due: "2026-11-18T15:00",
    why: "three is over",
  },
  {
    said: "I'll call you at 9.",
    at: "2026-11-17T17:30",
    due: "2026-11-18T09:00",
    why: "not nine at night",
  },
  { said: "I'll call you by 3.", at: SATURDAY, due: "2026-11-23T15:00", why: "not on a Sunday" },
  {
    said: "A technician will call you by 10.",
    at: THANKSGIVING_EVE,
    due: "2026-11-27T10:00",
    why: "not on Thanksgiving",
  },
  {
    said: "We'll call by end of day.",
    at: "2026-11-17T19:00",
    due: "2026-11-18T18:00",
    why: "the next one",
  },
  // Another day.
  { said: "I'll ring you back tomorrow at 10.", due: "2026-11-18T10:00", why: "tomorrow" },
  { said: "I'll call tomorrow morning.", due: "2026-11-18T12:00", why: "a morning ends at noon" },
  { said: "Tomorrow at ten I'll call you.", due: "2026-11-18T10:00", why: "the time comes first" },
  {
    said: "You'll hear from us before noon on Friday.",
    due: "2026-11-20T12:00",
    why: "time and day",
  },
  {
    said: "We'll call you by Friday.",
    due: "2026-11-20T18:00",
    why: "a day ends when the shop closes",
  },
  {
    said: "We'll call you by three on Friday.",
    due: "2026-11-20T15:00",
    why: "spoken time and day",
  },
  {
    said: "We'll call you on Saturday.",
    due: "2026-11-21T17:00",
    why: "Saturday's own closing time",
  },
  { said: "I'll call you on Tuesday at 9.", due: "2026-11-24T09:00", why: "today's nine is over" },
  {
    said: "We'll call you on Tuesday.",
    at: "2026-11-17T19:00",
    due: "2026-11-24T18:00",
    why: "today is over",
  },
  { said: "We will write to you on November 30.", due: "2026-11-30T18:00", why: "a date" },
  { said: "I'll call you in two days.", due: "2026-11-19T18:00", why: "a day, not an hour" },
  { said: "We'll answer within one business day.", due: "2026-11-18T18:00", why: "business days" },
  {
    said: "We'll call you within two business days.",
    at: THANKSGIVING_EVE,
    due: "2026-11-30T18:00",
    why: "holiday and weekend don't count",
  },
  {
    said: "We'll let you know by the end of the week.",
    due: "2026-11-21T17:00",
    why: "Saturday is the last open day",
  },
  { said: "I'll call you next week.", due: "2026-11-28T17:00", why: "its last open day" },
  {
    said: "We'll call you Monday the 30th at 9am.",
    due: "2026-11-30T09:00",
    why: "not the Monday before it",
  },
  {
    said: "We'll ring you first thing tomorrow.",
    due: "2026-11-18T10:00",
    why: "within the first hour",
  },
  {
    said: "A technician will call you when we open.",
    at: THANKSGIVING_EVE,
    due: "2026-11-27T10:00",
    why: "within the first hour",
  },
  {
    said: "I'll get back to you on that by COB Friday.",
    due: "2026-11-20T18:00",
    why: "closing time",
  },
  { said: "I'll call you at 3pm PST.", due: "2026-11-17T18:00", why: "another zone, stated" },
  {
    said: "Don't worry, I'll call you by three.",
    due: "2026-11-17T15:00",
    why: "another clause is negative",
  },
  {
    said: "I'll hand you over to a technician, who will call you by 3.",
    due: "2026-11-17T15:00",
    why: "who will",
  },
  { said: "Will call by 3pm.", due: "2026-11-17T15:00", why: "written in a hurry" },
  {
    said: "I'll call you at 614-555-0142 by 4 today.",
    due: "2026-11-17T16:00",
    why: "a number and a time",
  },
  // Ready by.
  {
    said: "We'll have your MacBook ready for pick-up on Thursday at 5.",
    due: "2026-11-19T17:00",
    why: "have it ready",
  },
  {
    said: "Your laptop will be ready by Tuesday 5pm.",
    due: "2026-11-17T17:00",
    why: "today is a Tuesday",
  },
  { said: "Ready by Thursday 5pm.", due: "2026-11-19T17:00", why: "a note's brevity" },
  { said: "It'll be done by noon tomorrow.", due: "2026-11-18T12:00", why: "it will be done" },
  { said: "We'll have it ready by Friday at four.", due: "2026-11-20T16:00", why: "have it ready" },
  { said: "Your phone should be ready at 4.", due: "2026-11-17T16:00", why: "heard as a promise" },
  // Out of hours: kept, and flagged.
  {
    said: "I'll call you tonight at 8.",
    due: "2026-11-17T20:00",
    flagged: true,
    why: "after closing",
  },
  { said: "I'll call you by 8pm.", due: "2026-11-17T20:00", flagged: true, why: "after closing" },
  {
    said: "I'll ring you on Sunday at 11.",
    due: "2026-11-22T11:00",
    flagged: true,
    why: "closed on Sundays",
  },
  {
    said: "You'll hear from us by Sunday.",
    due: "2026-11-22T18:00",
    flagged: true,
    why: "closed on Sundays",
  },
  {
    said: "I'll call you tomorrow at 10.",
    at: THANKSGIVING_EVE,
    due: "2026-11-26T10:00",
    flagged: true,
    why: "Thanksgiving, but he said tomorrow",
  },
  {
    said: "I'll call you on Saturday at 1:30.",
    due: "2026-11-21T13:30",
    flagged: true,
    why: "Saturday's lunch",
  },
  // Across the change of the clock.
  {
    said: "I'll call you on Monday at 9.",
    at: "2026-10-31T16:00",
    due: "2026-11-02T09:00",
    why: "by the wall, not by hours",
  },
  {
    said: "We'll call you on Monday at 9.",
    at: "2027-03-13T16:00",
    due: "2027-03-15T09:00",
    why: "by the wall, not by hours",
  },
  // No promise.
  { said: "Shall we call you at three?", due: null, why: "a question" },
  { said: "Will you call us by three?", due: null, why: "a question" },
  { said: "We won't call you before three.", due: null, why: "a refusal" },
  { said: "I can't get back to you by Friday.", due: null, why: "a refusal" },
  { said: "We will not be able to call you today.", due: null, why: "a refusal" },
  { said: "Nobody will call you at three.", due: null, why: "a refusal" },
  { said: "Please call us by three.", due: null, why: "the customer is to call" },
  { said: "You can call us tomorrow at nine.", due: null, why: "the customer may call" },
  { said: "You'll need to call us by three.", due: null, why: "the customer is to call" },
  { said: "You asked us to call you by three.", due: null, why: "a wish" },
  { said: "You said you'd like a call at three.", due: null, why: "a wish" },
  { said: "We open at nine.", due: null, why: "opening hours" },
  { said: "We open tomorrow at 9:00 AM.", due: null, why: "opening hours" },
  { said: "We will be open tomorrow from 9 to 6.", due: null, why: "opening hours" },
  { said: "The shop will be closed on Thursday.", due: null, why: "opening hours" },
  { said: "We called you at three.", due: null, why: "past" },
  { said: "Your laptop was ready by Tuesday 5pm.", due: null, why: "past" },
  { said: "I tried to call you this morning at 10.", due: null, why: "past" },
  { said: "We might call you by three.", due: null, why: "not sure" },
  { said: "I could call you tomorrow at 10.", due: null, why: "an offer" },
  { said: "I can call you tomorrow at 10.", due: null, why: "an offer" },
  { said: "If the part arrives, we'll call you by Friday.", due: null, why: "a condition" },
  { said: "We'll call you soon.", due: null, why: "no time" },
  { said: "We'll get back to you as soon as we can.", due: null, why: "no time" },
  { said: "A technician will call you shortly.", due: null, why: "no time" },
  { said: "Most repairs are ready within 3 days.", due: null, why: "a rule, not a promise" },
  { said: "Microsoft will never call you at nine.", due: null, why: "somebody else" },
  { said: "UPS will call you by three.", due: null, why: "somebody else" },
  { said: "The courier will call you by three.", due: null, why: "somebody else" },
  { said: "We'll call you at 614-555-0142.", due: null, why: "a number, not a time" },
  { said: "We'll send it to you at 2 Maple Street.", due: null, why: "an address, not a time" },
  {
    said: "One of our technicians will call you at one of your numbers.",
    due: null,
    why: "a count, not a time",
  },
  { said: "I'll send you the estimate for 2 monitors.", due: null, why: "a count, not a time" },
  { said: "We'll let you know by 10% of the price.", due: null, why: "a share, not a time" },
  {
    said: "Our technician will have a look at it on Monday.",
    due: null,
    why: "no call, nothing ready",
  },
  { said: "Screen repairs are ready the same day.", due: null, why: "a rule, not a promise" },
  { said: "> We'll call you by three.\nSorry about that.", due: null, why: "quoted" },
  {
    said: "Turn it off and on again; then it will start in 2 minutes.",
    due: null,
    why: "nobody promises a call",
  },
  { said: "Thanks, bye!", due: null, why: "nothing said" },
];
