/** What counts as a fact, and what it means. A sentence that went wrong becomes a row; near misses stand beside hits. */
import { expect, test } from "vitest";
import { findFacts } from "./facts";

const read = (sentence: string) =>
  findFacts(sentence)
    .map(({ kind, values }) => `${kind} ${values.join("|")}`)
    .join(", ");

test.each<[string, string]>([
  ["An iPhone 12 screen costs $49 [1]", "money usd:4900"],
  ["It costs forty-nine dollars plus tax", "money usd:4900"],
  ["a hundred and fifty bucks", "money usd:15000"],
  ["Screens are $129–$329", "money usd:12900, money usd:32900"],
  ["Screens are $129 to 329", "money usd:12900, money usd:32900"],
  ["Prices run 129 to 329 dollars", "money usd:12900, money usd:32900"],
  ["kostet 49 €", "money eur:4900"],
  ["1.299,00 €", "money eur:129900"],
  ["$1,299.00", "money usd:129900"],
  ["$2k", "money usd:200000"],
  ["99 cents", "money usd:99"],
  ["The fee is 49.", "money usd:4900|eur:4900|gbp:4900"],
  ["you pay 49 now", "money usd:4900|eur:4900|gbp:4900"],
  ["The diagnosis is free of charge.", "money free"],
  ["There is no diagnostics fee for that.", "money free"],
  ["A free replacement is yours", "money free"],
  ["It takes 1–2 business days.", "duration m:1440, duration m:2880"],
  ["ready in an hour", "duration m:60"],
  ["within an hour and a half", "duration m:90"],
  ["two and a half days", "duration m:3600"],
  ["2½ hours", "duration m:150"],
  ["4 1/2 hours", "duration m:270"],
  ["in a few days", "duration few:day"],
  ["same-day service", "duration same day"],
  ["Charge it for 2 hours", "duration m:120"],
  ["An estimate is good for 14 days.", "duration m:20160"],
  ["costs about $179 and takes 2 hours", "money usd:17900, duration m:120"],
  ["9:00 am – 6:00 pm", "time 540, time 1080"],
  ["open 9-6", "time 540|1260, time 360|1080"],
  ["open from 9 to 6 on Saturday", "time 540|1260, time 360|1080"],
  ["open until eight", "time 480|1200"],
  ["closed from noon", "time 720"],
  ["18:30 Uhr", "time 1110"],
  ["24/7 support", "time 24/7"],
  ["20% off", "percent 20"],
  ["twenty percent", "percent 20"],
  ["half price", "percent 50"],
  ["Lifetime warranty on all", "warranty lifetime"],
  [
    "12 months of warranty on the part and 90 days on the labor",
    "warranty mo:12, warranty m:129600",
  ],
  ["A year of guarantee", "warranty mo:12"],
  ["for a year under warranty", "warranty mo:12"],
  ["(614) 555-0142 or 1-800-FIX-ITNOW", "phone 6145550142, phone 8003494866"],
  ["+1 614 555 0142", "phone 6145550142"],
  ["614.555.0142", "phone 6145550142"],
  ["555-0142", "phone 5550142"],
  ["mail help@shop.example", "email help@shop.example"],
  ["see https://evil.example/x?y=1 now", "host evil.example"],
  ["[pay](//evil.example)", "host evil.example"],
  ["on evil-repairs.com", "host evil-repairs.com"],
  ["visit 123 Main Street, Columbus", "address 123 main st"],
  ["visit 4 N. High St", "address 4 n high st"],
])("%s: %s", (sentence, facts) => expect(read(sentence)).toBe(facts));

test.each([
  "Windows 11, step 3, F8, 16 GB, 5 GHz, KB5034441, 0x80070005, 802.11",
  "Have a great day",
  "feel free to call",
  "Free up space",
  "Hold the power button for 10 seconds",
  "We are there 5 days a week",
  "I'm 100% sure",
  "Open Settings > System > 2",
  "a 2 year old laptop",
  "Use setup.exe or index.html",
  "an iPhone 12 or Galaxy S23",
])("%s: none", (sentence) => expect(read(sentence)).toBe(""));
