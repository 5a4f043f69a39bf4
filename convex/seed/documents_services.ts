/**
 * What the shop does, when and where: opening hours, drop-off, home and remote help, mail-in. The
 * hours are written into their document from `opening_hours.ts`, which is what the hand-off rules read.
 */
import { withHours } from "../model/hours/wording";
import { seedOpeningHours } from "../model/hours/example";
import type { SeedDocument } from "./types";

export const servicesDocuments: SeedDocument[] = [
  {
    slug: "hours-and-location",
    title: "Opening hours, holidays, address, parking and contact",
    category: "hours",
    body: withHours(
      `## Opening hours of Computer Guys

## Holidays on which the shop is closed

## Address and phone number

Computer Guys is at 218 Maple Street, Columbus, Ohio.

- Phone: (614) 555-0142
- E-mail: help@computerguys.example, answered within one business day
- Web: https://computerguys.example
- Chat: the assistant answers around the clock; a technician can join during opening hours

The phone isn't answered, and there is no remote support, while the shop is closed: at night, during the lunch break and on holidays.

"Business days" in our price lists and estimates are Monday through Friday, except the holidays on which we are closed. Saturday doesn't count. A repair of two business days that you approve on the Wednesday before Thanksgiving is due on the Monday after it.

## Parking and getting in

Parking at Computer Guys is free. The customer lot with 12 spaces is behind the building; enter it from Alder Alley. Two spaces in front on Maple Street are reserved for 15-minute drop-off and pick-up.

The back entrance from the lot is step-free and has an automatic door. If you bring a heavy desktop or an all-in-one, call (614) 555-0142 from the lot and we'll come out with a cart. The bus stop at Maple and Third is a one-minute walk away.
`,
      seedOpeningHours,
      // Any day does: this zone has one name.
      Date.UTC(2026, 0),
    ),
  },
  {
    slug: "appointments-and-drop-off",
    title: "Appointments, walk-ins, drop-off and pick-up",
    category: "services",
    body: `## Do I need an appointment?

No. Walk-ins are welcome at Computer Guys whenever the shop is open, and most devices are simply dropped off. Check-in takes about 10 minutes.

An appointment saves the wait, and we recommend one for iPhone screens and batteries, which are done while you wait, and for account help sessions. Book at https://computerguys.example/book or call (614) 555-0142. We hold your slot for 10 minutes. Canceling a shop appointment is free.

## What to bring when you drop off a device

- The device and, for a laptop, its charger
- A photo ID
- The passcode or a temporary one, if the repair has to be tested while signed in
- Your phone number or e-mail address for updates
- The receipt, if you come under our warranty

Leave cases, bags, mice and memory cards at home. Back up first if you can; if you can't, ask for a backup for $59.

## The last drop-off of the day

You can drop off until closing time: 6:00 pm Monday to Friday, 5:00 pm on Saturday. For same-day phone work arrive at least two hours before closing. There is no after-hours drop box.

## Pick-up: who can collect a repaired device

We text or e-mail you when the device is ready. Bring the claim ticket or a photo ID. Somebody else may collect it if you tell us their name first; they need their own photo ID. Please test the device at the counter before you leave.
`,
  },
  {
    slug: "turnaround-times",
    title: "How long repairs take, and rush service",
    category: "services",
    body: `## How long does a repair take?

These are the usual turnaround times at Computer Guys, counted from your approval of the estimate. Business days are Monday through Friday.

| Work | Usual time |
| --- | --- |
| Diagnosis | 1–2 business days |
| iPhone screen | about 2 hours |
| iPhone battery | about 1 hour |
| Samsung or Pixel screen | 1–2 business days |
| iPad glass or screen | 2–3 business days |
| Windows laptop screen or battery, part in stock | 1–2 business days |
| Windows laptop part that must be ordered | 3–7 business days |
| MacBook screen | 2–7 business days |
| SSD upgrade | 1 business day |
| RAM upgrade | about 30 minutes |
| Fan cleaning | 1 business day |
| Virus removal or Windows reinstall | 1–2 business days |
| Liquid damage | 3–5 business days |
| Custom PC build | 5–10 business days |

## Rush service: price and what it does

Rush service costs $60 on top of the repair and moves your computer to the front of the line. A computer that arrives by 12:00 noon, Monday to Friday, is diagnosed the same day, and the repair starts as soon as you approve it, if the part is in stock. We can't speed up shipping of ordered parts. Rush isn't offered for mail-in repairs or clean-room data recovery. If we miss the same-day diagnosis, you don't pay the $60.

## Check the status of a repair

Call (614) 555-0142 with your ticket number, or ask in this chat for a technician, who looks it up during opening hours. We also text or e-mail at each step: diagnosed, approved, waiting for a part, ready. Texts are sent only if you agreed to them; reply STOP to end them. If a part is late, we tell you the new date on the day we learn it.
`,
  },
  {
    slug: "home-visits-and-remote-support",
    title: "Home visits and remote support",
    category: "services",
    body: `## What a home visit costs

A home visit by a Computer Guys technician costs $129, which includes travel up to 15 miles from the shop and the first hour of work. Further time is $95 an hour, billed in half hours ($47.50). Beyond 15 miles we add $2 per extra mile, one way; we travel up to 40 miles.

Visits start Monday to Friday between 9:00 am and 5:00 pm. There are no home visits on Saturday or Sunday. The next free slot is usually 2–3 business days away.

Home visits suit printers, Wi-Fi, TVs, new computers and training. Opening up a laptop is safer at the shop; if the technician has to take the device along, carrying it to the shop is free.

## Cancel or move a home visit

Canceling or moving a home visit is free until 24 hours before it. Later than that, or if nobody is at home, we charge $40. An adult must be present.

## What remote support costs

Remote support costs $59 for up to 30 minutes and $99 for up to 60 minutes. Sessions run during opening hours, often on the same day. Book at https://computerguys.example/book.

We can fix e-mail, printers, slow PCs, updates and program trouble remotely. We can't fix a device that doesn't start or has no internet. If the problem turns out to need the bench, we credit the full remote fee toward the repair, if you bring the device in within 14 days.

## Is it really Computer Guys on the phone?

We never call you out of the blue and never ask for payment in gift cards. A remote session starts only after you booked it and after you read us the session code on your own screen. You can watch everything and end the session at any moment.
`,
  },
  {
    slug: "home-wifi-installation",
    title: "Wi-Fi installation for homes",
    category: "services",
    body: `## What home Wi-Fi installation costs

Wi-Fi installation by Computer Guys is a flat price that already includes the visit, within 15 miles of the shop. Beyond that we add $2 per extra mile, one way.

| Service | Price |
| --- | --- |
| Set up one router, with signal check in every room | $149 |
| Install a mesh system, up to 3 units | $249 |
| Mesh kit with 3 units, if you don't have one | $229 |
| Run one Ethernet cable to a room | $129 per cable |

Bring your own router or mesh kit, or buy ours; we install either. The monthly fee of your internet provider isn't part of it.

## How long Wi-Fi installation takes

Router set-up takes about one hour, a mesh system about two hours, and each Ethernet cable one to two hours depending on the walls. The next slot is usually 2–3 business days away. Visits start Monday to Friday between 9:00 am and 5:00 pm.

## What is included in Wi-Fi set-up

- A new network name and a strong password of your choice
- A guest network, and a separate one for cameras and smart plugs if the router can do it
- The router's firmware brought up to date and its admin password changed
- Up to 8 of your devices connected
- A printed page with all settings

The set-up has a 30-day warranty: if a room we measured drops out, we come back free of charge.

## Router, mesh or cable: which do I need?

One good router usually covers a home of up to 1,500 square feet on one floor. For two floors, brick walls or a detached office, mesh is the better choice. For gaming or a home office with video calls, a cable is the most reliable.
`,
  },
  {
    slug: "business-it-plans",
    title: "Business IT plans and prices",
    category: "services",
    body: `## What business IT plans cost

Computer Guys looks after small offices for a flat monthly price per computer. Each plan starts at 3 computers.

| | Basic | Standard | Premium |
| --- | --- | --- | --- |
| Price per computer, per month | $39 | $69 | $99 |
| Updates and antivirus monitoring | yes | yes | yes |
| Cloud backup | no | 250 GB per computer | 1 TB per computer |
| Remote support | 1 hour a month | unlimited | unlimited |
| On-site hours a month, for the office | none | 2 | 4 |
| Loaner laptop during repairs | $10 a day | free | free |
| Emergency line outside opening hours | no | no | yes |

Remote support is given during opening hours. On-site work beyond the included hours is $110 an hour for plan customers and $125 an hour for businesses without a plan. Unused hours don't carry over.

## Contract length and canceling a business plan

Business plans run month to month. Cancel with 30 days' notice by e-mail to help@computerguys.example. There is no set-up fee for up to 10 computers; above that we quote one. When you leave, you get your passwords, licenses and backups handed over within 5 business days.

## How to start a business plan

Call (614) 555-0142 or write to help@computerguys.example. A technician visits your office for a free one-hour assessment, and you have a written offer within 3 business days. Bringing all computers under the plan usually takes one week.

## Help for a business without a plan

Any business can drop off a computer at normal prices, or book on-site help at $125 an hour with a one-hour minimum. Businesses without a plan pay when the work is done; invoices with 15 days to pay are for plan customers.
`,
  },
  {
    slug: "business-support-sla",
    title: "Business support SLA: response times",
    category: "services",
    body: `## Response times for business plans

The service level agreement (SLA) says how fast a Computer Guys technician starts on your ticket. Time is counted in shop hours: Monday to Friday 9:00 am – 6:00 pm, Saturday 10:00 am – 1:00 pm and 2:00 pm – 5:00 pm.

| Priority | Basic | Standard | Premium |
| --- | --- | --- | --- |
| Urgent: nobody in the office can work | 8 hours | 4 hours | 1 hour |
| High: one person can't work | 16 hours | 8 hours | 4 hours |
| Normal: a question or a nuisance | 24 hours | 16 hours | 8 hours |

These are response times, not repair times. We aim to solve urgent tickets, or have a workaround, within one business day.

## How to open a business ticket

Write in this chat, call (614) 555-0142 or e-mail help@computerguys.example. Say how many people are affected; that sets the priority. For urgent trouble please call.

## Emergency line outside opening hours

Premium customers call (614) 555-0155 at night, on Sundays and on holidays. The on-call technician calls back within 2 hours. The line is for urgent trouble: a server down, ransomware, no internet in the whole office. Basic and Standard customers are served from the next opening.

## If Computer Guys misses the SLA

If we miss the response time of an urgent or high ticket, you get a credit of 10% of that month's plan fee, at most 30% in one month. Ask for it within 30 days; it appears on the next invoice. Outages of your internet provider or of cloud services such as Microsoft 365 aren't counted against the SLA, but we do respond to them.
`,
  },
  {
    slug: "custom-pc-builds",
    title: "Custom PC builds",
    category: "services",
    body: `## What a custom PC build costs

Computer Guys builds desktop PCs to order. The build fee is $149 and covers assembly, cable management, BIOS update, Windows installation and a 24-hour stress test. Parts and the Windows license come on top at the quoted price.

| Type of PC | Complete price, build fee included |
| --- | --- |
| Office and school | from $699 |
| Gaming | from $1,199 |
| Photo, video and CAD workstation | from $1,999 |

Tell us what the PC is for and your budget; a written parts list is free and takes about 2 business days.

## How long a custom build takes

A custom PC takes 5–10 business days from the deposit to pick-up, depending on how fast parts arrive. We tell you the date when we order.

## Deposit and changes

A 50% deposit starts the order; the rest is due at pick-up. Changes are free until we order the parts. After that, opened or special-order parts can't be returned.

## Can I bring my own parts?

Yes. We assemble parts you bring for the same $149 build fee, usually in 3 business days. The labor is under our warranty; the parts you brought are covered by their makers only. If a part turns out to be faulty, we tell you which one and the build fee covers one more assembly.

## Warranty on a custom PC

Our builds have 12 months of warranty on labor and on all parts that we supplied. Many parts carry a longer warranty from the maker, and we help with the paperwork free of charge.
`,
  },
  {
    slug: "mail-in-repair",
    title: "Mail-in repair and return shipping",
    category: "services",
    body: `## How mail-in repair works

You can ship laptops, phones, tablets and drives to Computer Guys from anywhere in the contiguous United States.

1. Fill in the form at https://computerguys.example/mail-in, pay the diagnostics fee if the repair has one, and print the packing slip.
2. Pack the device and put the slip inside.
3. Ship it insured, with tracking, to Computer Guys, 218 Maple Street, Columbus, Ohio. You pay this way.
4. We diagnose it within 1–2 business days of arrival and send an estimate. Nothing is repaired before you approve.
5. You pay by card through the link in the invoice, and we ship it back.

## What return shipping costs

| Device | Insured return shipping |
| --- | --- |
| Phone, tablet or bare drive | $15 |
| Laptop | $25 |

Return shipping takes 2–4 business days, insured for up to $2,000, with a signature on delivery. You pay return shipping even if you decline the repair. If the repair is redone under our warranty, return shipping is on us.

## How to pack a device

- Back up first and remove cases, SIM and memory cards.
- Switch the device off; don't just let it sleep.
- Wrap it in bubble wrap, two layers, and use a box with two inches of padding on every side.
- Don't enclose the charger unless charging is the problem.

## What must never be mailed

Never mail a device with a swollen, leaking or punctured battery: it is a fire hazard and carriers forbid it. Keep it away from anything that burns and ask us in the chat or at (614) 555-0142. We also don't take desktops and all-in-ones by mail, because they are often damaged on the way.
`,
  },
  {
    slug: "loaner-laptops",
    title: "Loaner laptops during a repair",
    category: "services",
    body: `## What a loaner laptop costs

While your computer is in repair at Computer Guys, you can borrow a laptop for $10 a day plus a refundable hold of $200 on a credit card. Customers with the Standard or Premium business plan borrow free of charge and without a hold.

Loaners are Windows 11 laptops with a 14-inch screen, Wi-Fi, a webcam and an office program. We don't lend MacBooks, phones or tablets.

## How long can I keep a loaner?

Up to 14 days, or until your own device is ready, whichever comes first. If our repair takes longer than we estimated, the extra days are free. After you were told that your device is ready, bring the loaner back within 2 business days; from then on each day costs $20.

## How to get a loaner

We have six loaners, first come, first served. Ask when you drop off, or call (614) 555-0142 to see whether one is free. You need a photo ID, a credit card and an open repair ticket.

## Your data on a loaner

Sign out of your accounts before you return the laptop. We erase every loaner completely after each customer, and can't bring back files left on it, so copy them to a USB stick or the cloud first.

## If the loaner is damaged

Normal wear is fine. Damage, liquid or loss is charged at the price of the repair, at most $400. The hold on your card is released within 5–7 business days after return.
`,
  },
  {
    slug: "trade-in-and-recycling",
    title: "Trade-in, recycling and drive destruction",
    category: "services",
    body: `## What do I get for my old computer?

Computer Guys takes working devices in trade and gives shop credit.

| Device | Usual credit |
| --- | --- |
| Windows laptop, less than 5 years old | $40–$200 |
| MacBook, less than 6 years old | $80–$300 |
| Desktop PC, less than 5 years old | $30–$150 |
| iPhone or iPad, less than 5 years old | $30–$200 |

A technician looks at it at the counter in about 15 minutes and makes an offer. Bring a photo ID and the charger. Credit can be used for repairs and products, doesn't expire and isn't paid out in cash. We don't accept devices that are still locked to an Apple or Google account.

## What recycling costs

Recycling computers, laptops, phones, tablets, cables and routers is free, whether or not you are a customer; no appointment is needed. Flat monitors are free, tube (CRT) monitors cost $20. We don't take TVs, printers or household appliances. A device with a swollen battery is accepted in person only; tell us before you bring it in.

## Is my data erased?

Yes. Every drive in a recycled or traded device is wiped or shredded, free of charge. If you want proof, shredding with a certificate and the serial number costs $15 per drive and is done within 5 business days. We can't bring data back afterwards, so make a backup first.

## Before you trade in a device

Sign out of iCloud or your Google account, turn off Find My, and remove SIM and memory cards. If the device no longer starts, tell us and we'll remove the drive while you watch.
`,
  },
];
