/**
 * Price lists. A price that also appears in another document (diagnostics fee, data transfer, backup)
 * must stay the same there: the assistant quotes whichever passage it finds first.
 */
import type { SeedDocument } from "./types";

export const pricesDocuments: SeedDocument[] = [
  {
    slug: "diagnostics-fee-and-estimates",
    title: "Diagnostics fee and estimates",
    category: "prices",
    body: `## What a diagnosis costs

The diagnostics fee at Computer Guys is:

| Device | Diagnostics fee |
| --- | --- |
| Laptop, desktop or all-in-one, Windows or Mac | $49 |
| Phone or tablet | $29 |
| Hard drive, SSD or USB stick | $49 |

You pay it at drop-off. If you approve the repair, the whole fee is credited toward its price. If you decline, you owe nothing more. A quick look at the counter, up to 10 minutes, is free.

There is no diagnostics fee when the work is clear from the start: a broken screen or keyboard, a new battery, an SSD or RAM upgrade, fan cleaning, a reinstall, virus removal, or liquid damage, which has its own price.

## How long a diagnosis takes

A diagnosis takes 1–2 business days. With rush service for $60, a computer that arrives by 12:00 noon, Monday to Friday, is diagnosed the same day.

## Estimates: nothing is repaired without your approval

After the diagnosis you get a written estimate with parts, labor and the expected date, by text or e-mail. We start when you approve it. An estimate is good for 14 days. If we find more while working, we stop and ask; you never pay more than you approved.

Prices in our lists include parts and labor. Work that isn't on a list costs $95 an hour at the bench, billed in half hours. Ohio sales tax is added where it applies.

## If we can't fix it

If the device can't be repaired, you pay the diagnostics fee only. You may take it back, have it recycled free of charge, or ask what it is worth in trade.
`,
  },
  {
    slug: "laptop-screen-replacement",
    title: "Laptop and MacBook screen replacement: prices and time",
    category: "prices",
    body: `## Windows laptop screen replacement: price and time

Replacing a cracked or dark laptop screen at Computer Guys costs, parts and labor included:

| Screen | Price |
| --- | --- |
| 11–14 inch, no touch | $179 |
| 15–17 inch, no touch | $199 |
| Touch screen, 11–17 inch | $279 |
| Gaming screen, 120 Hz or faster | $329 |
| OLED or 4K | $389 |

It takes 1–2 business days if the screen is in stock and 3–7 business days if we order it. There is no diagnostics fee for a broken screen. Broken hinges cost $119 extra.

## MacBook screen replacement: price and time

On a MacBook the whole display is replaced. The price includes the part and labor:

| MacBook | Price | Time |
| --- | --- | --- |
| Air 13 inch | $429 | 2 business days |
| Air 15 inch | $489 | 4–7 business days |
| Pro 13 inch | $449 | 2 business days |
| Pro 14 inch | $589 | 4–7 business days |
| Pro 16 inch | $689 | 4–7 business days |

These prices are for models from 2018 on. For older MacBooks ask for a quote. We are an independent shop, not an Apple store; if your MacBook is under AppleCare, Apple may be cheaper.

## Find out which screen you need

Send us the model number from the label on the bottom of the laptop, or on a Mac from Apple menu > About This Mac. A photo of the damage helps. We then tell you the price and whether the screen is in stock.

## Warranty on laptop screens

A replaced laptop or MacBook screen has 12 months of warranty on the part and 90 days on the labor. New cracks and liquid aren't covered.
`,
  },
  {
    slug: "phone-and-tablet-screens",
    title: "Phone and tablet screen replacement: prices and time",
    category: "prices",
    body: `## iPhone screen replacement: price and time

An iPhone screen is replaced in about 2 hours, usually while you wait. The price includes the screen and labor:

| iPhone | Price |
| --- | --- |
| SE (2nd and 3rd generation), XR, 11 | $119 |
| 12, 13, mini and Plus models included | $179 |
| 14, 15, Plus models included | $249 |
| 12 Pro to 15 Pro, Pro Max included | $299 |

For an iPhone 16 or newer ask for a quote. Book a slot at https://computerguys.example/book so that the screen is on the shelf.

## Samsung and Pixel screen replacement: price and time

Android phone screens take 1–2 business days:

| Phone | Price |
| --- | --- |
| Samsung Galaxy A series | $149 |
| Samsung Galaxy S21 to S24 | $269 |
| Google Pixel 6 to 8 | $199 |

We don't repair folding phones.

## iPad and tablet screen replacement: price and time

An iPad screen takes 2–3 business days:

| Tablet | Price |
| --- | --- |
| iPad 7th to 9th generation, glass | $149 |
| iPad 10th generation, glass | $199 |
| iPad Air or iPad Pro 11 inch | $329 |
| Samsung Galaxy Tab | from $179 |

For an iPad Pro 12.9 or 13 inch ask for a quote.

## Before and after a phone screen repair

Back up the phone first. We need the passcode, or you unlock it at the counter, to test touch, camera and speaker. Newer iPhones may show a message that the screen isn't an Apple part; the phone works normally. After a repair the phone is no longer guaranteed to be waterproof.

Phone and tablet screens have 12 months of warranty on the part and 90 days on the labor; new cracks aren't covered.
`,
  },
  {
    slug: "battery-replacement",
    title: "Battery replacement: prices and time",
    category: "prices",
    body: `## Laptop battery replacement: price and time

A new laptop battery, installed at Computer Guys, costs:

| Laptop | Price |
| --- | --- |
| Windows laptop, battery that clicks out | $89 |
| Windows laptop, battery inside | $119 |
| MacBook Air | $189 |
| MacBook Pro | $219 |

It takes 1–2 business days if the battery is in stock and 3–7 business days if we order it. Call (614) 555-0142 with the model number to check.

## Phone and tablet battery replacement: price and time

| Device | Price | Time |
| --- | --- | --- |
| iPhone, any model up to 15 | $79 | about 1 hour |
| Samsung Galaxy or Google Pixel | $99 | 1–2 business days |
| iPad | $129 | 2–3 business days |

For an iPhone 16 or newer ask for a quote.

## When is a new battery worth it?

- The device lasts less than half as long as it used to.
- It switches off at 20 or 30 percent.
- The system shows Service Recommended, or a maximum capacity below 80 percent.
- The laptop works only with the charger plugged in.

If the laptop is also slow or the charger gets hot, ask for a diagnosis first: $49, credited toward the repair.

## Swollen battery: stop using the device

If the case bulges, the touchpad is lifted, or the screen is pushed up, switch the device off, don't charge it and don't press on it. Don't mail it. Bring it in person or call (614) 555-0142. The replacement costs the same as any other battery of that model, and disposal of the old one is free.

## Warranty on batteries

Batteries have 6 months of warranty on the part and 90 days on the labor. Slow loss of capacity is normal wear; below 80 percent within the 6 months we replace it.
`,
  },
  {
    slug: "keyboard-and-charging-port",
    title: "Keyboard, key and charging port repair: prices and time",
    category: "prices",
    body: `## Laptop keyboard replacement: price and time

| Keyboard | Price |
| --- | --- |
| One to three single keys, Windows laptop | $25 per key |
| Windows laptop, keyboard that is screwed in | $139 |
| Windows laptop, keyboard built into the top case | $229 |
| MacBook, top case with keyboard | $299 |

Single keys take 1 business day if we have the key. A keyboard takes 1–2 business days if it is in stock and 3–7 business days if we order it. Which kind your laptop has can be told from the model number.

## Charging port repair: price and time

A loose or dead charging port costs, parts and labor included:

| Port | Price | Time |
| --- | --- | --- |
| Laptop with a round or square plug | $129 | 1–2 business days |
| Laptop with USB-C charging, port soldered | $179 | 3–5 business days |
| MacBook, USB-C or MagSafe board | $149 | 3–7 business days |
| Phone or tablet | $89 | 1 business day |

Cleaning lint out of a phone's port is free at the counter and often all that is needed.

## Is it the port or the charger?

Try another charger of the same type first. If the laptop charges only at a certain angle, it is most likely the port. If nothing happens with any charger, bring the laptop and its charger; we test the charger free of charge at the counter. New laptop chargers cost $39 to $79 depending on power.

## Keys don't work after a spill

After a spill don't just replace the keyboard: liquid may have reached the main board. Switch the laptop off and ask for liquid damage service ($129 for laptops), which includes opening, cleaning and a check of the board.
`,
  },
  {
    slug: "ssd-and-ram-upgrades",
    title: "SSD and RAM upgrades: prices and time",
    category: "prices",
    body: `## SSD upgrade: price and time

An SSD upgrade at Computer Guys includes the SSD, installation and cloning of your working drive, so that Windows, programs and files stay as they are:

| New SSD | Price |
| --- | --- |
| 500 GB | $149 |
| 1 TB | $199 |
| 2 TB | $289 |

It takes 1 business day. There is no diagnostics fee. You get the old drive back, or we wipe and recycle it free of charge. If you bring your own SSD, installation with cloning costs $89.

If the old drive is failing and can't be cloned, we stop and tell you about data recovery, from $149. A new Windows installation costs $119 instead of cloning.

## RAM upgrade: price and time

A memory upgrade takes about 30 minutes while you wait, Monday to Saturday. The price includes the memory, installation and a quick test:

| Memory | Price |
| --- | --- |
| 8 GB | $79 |
| 16 GB | $109 |
| 32 GB | $169 |

Installing RAM that you bring costs $39.

## Can my computer be upgraded?

Nearly all desktops and most Windows laptops take a new SSD. Many thin laptops have soldered RAM that can't be changed. We don't upgrade RAM or the internal drive in MacBooks from 2018 on or in any Mac with an M-series chip, because they are built in. Send us the model number and we check at no charge.

## SSD or RAM: what makes a slow PC faster?

If the computer still has a spinning hard drive, the SSD makes the greatest difference. If it slows down with many browser tabs open and has less than 8 GB of RAM, add memory. Upgrades have 12 months of warranty on the part and 90 days on the labor.
`,
  },
  {
    slug: "liquid-damage",
    title: "Spilled liquid: first aid and liquid damage repair prices",
    category: "prices",
    body: `## I spilled water or coffee on my laptop: what to do now

Act at once; minutes count.

1. Unplug the charger, with dry hands. If the outlet or the charger is wet, switch off the breaker first.
2. Hold the power button for 10 seconds until the laptop is off. Don't save your work first.
3. Unplug everything else. If the battery clicks out, take it out.
4. Soak up what you see with a cloth. Open the laptop like a tent, keyboard facing down.
5. Don't switch it on to see whether it works, and don't charge it.
6. Bring it in as soon as you can, ideally the same day.

Don't use rice, a hair dryer or an oven. Rice doesn't draw liquid from under the chips, and heat pushes it deeper. If the device is hot, hissing, smoking or swelling, keep away from it and call 911 if there is fire.

## Wet phone: what to do

Switch it off, remove the case and SIM tray, wipe it dry and stand it upright with the port down. Don't charge it for at least 24 hours and don't shake it. Bring it in, even if it seems to work: corrosion comes later.

## Liquid damage repair: price and time

| Service | Price |
| --- | --- |
| Laptop: opening, board cleaning, diagnosis | $129 |
| Phone or tablet: opening, cleaning, diagnosis | $69 |

No separate diagnostics fee is charged. Cleaning takes 3–5 business days. Parts that turn out to be damaged, such as a keyboard or battery, are quoted at list price, and you decide before we go on. About half of the laptops that reach us switched off within a day can be saved, but we can't promise it. The fee is due even if the device can't be saved.

## Warranty after liquid damage

Liquid damage repairs have a 30-day warranty on the work and the replaced parts, because corrosion can spread later. If your files matter more than the device, tell us at drop-off and we'll secure the data first.
`,
  },
  {
    slug: "virus-removal-and-reinstall",
    title: "Virus removal, tune-up and Windows reinstall: prices and time",
    category: "prices",
    body: `## Virus removal: price and time

Virus and malware removal at Computer Guys costs $129 and takes 1–2 business days. It includes:

- A full scan outside of Windows, and removal of malware, adware and false alerts
- Cleaning of browsers, start programs and unwanted extensions
- All Windows updates
- Set-up of the built-in antivirus
- Advice on which passwords to change

Your files stay where they are. If the same infection comes back within 30 days, we clean again at no charge. If the system is too damaged to be cleaned, the $129 is credited in full toward a reinstall.

Virus removal can also be done remotely, as long as the computer has internet: $99 for a session of up to 60 minutes.

## Ransomware is different

If files were renamed and a note asks for money, disconnect from the network and the internet now and don't pay. We start with a diagnosis for $49; removal and restoring from a backup are quoted after it. Talk to a technician right away.

## Reinstalling Windows or macOS: price and time

| Service | Price |
| --- | --- |
| Reinstall, drive erased, no files kept | $119 |
| Reinstall with your files backed up and put back | $169 |

A reinstall takes 1–2 business days and includes drivers and updates. Programs have to be installed again; bring installers and license keys. A new Windows license, if yours is missing, is extra and quoted.

## Tune-up: price and time

A tune-up costs $79 and takes 1 business day. We clean up start programs, free disk space, run updates, check the drive and memory, and look for malware. If the tune-up shows that a part is worn out, we tell you before any more work. Software work has a 30-day warranty.
`,
  },
  {
    slug: "data-recovery",
    title: "Data recovery: tiers, prices and time",
    category: "prices",
    body: `## What data recovery costs

Computer Guys has three tiers of data recovery. Which one applies is found by a diagnosis for $49, credited toward the recovery.

| Tier | When | Price | Time |
| --- | --- | --- | --- |
| 1: logical | deleted files, formatted drive, dead computer with a healthy drive | $149 | 1–3 business days |
| 2: failing drive | bad sectors, very slow or dropping out | $349 | 5–10 business days |
| 3: clean room | clicking, dropped, burnt or not detected at all | $900 to $1,900 | 2–4 weeks |

Tier 3 is done by a partner laboratory; you get a fixed quote before it starts. RAID and server drives are always quoted.

## No data, no charge

If we can't recover the files you named, you don't pay the price of the tier, only the $49 diagnosis. Nobody can promise a recovery beforehand. Return media isn't included: bring a drive that is large enough, or buy one from us, 1 TB for $79 or 2 TB for $99.

## What to do until you bring the drive

- Stop using the drive or the computer. Each minute of use can overwrite files.
- If it clicks or grinds, switch it off and don't try again.
- Don't run repair or recovery programs, and don't open or freeze the drive.
- Don't save anything to it.

Then call (614) 555-0142 or ask here for a technician. Lost data is always handled by a person.

## Phones, SSDs and privacy

Files deleted from a phone or SSD can often not be recovered; we tell you honestly after the diagnosis. A broken phone that only needs a screen or a port to be read is charged as that repair. Recovered data is kept encrypted for 14 days after pick-up, so that you can check it, and then erased. Data recovery has no warranty, because a failing drive can't be made reliable.
`,
  },
];
