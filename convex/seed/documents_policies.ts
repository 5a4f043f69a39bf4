/**
 * The shop's rules: warranty, refunds, payment, privacy, storage. These are the answers that bind the
 * shop, so they say exactly what is promised and where a person decides.
 */
import type { SeedDocument } from "./types";

export const policiesDocuments: SeedDocument[] = [
  {
    slug: "repair-warranty",
    title: "Warranty on repairs and parts, and what voids it",
    category: "policies",
    body: `## How long is the warranty on a repair?

Every repair by Computer Guys has a warranty, counted from the day of pick-up or of delivery by mail:

| What | Warranty |
| --- | --- |
| Labor | 90 days |
| Parts we supply: screens, keyboards, ports, SSDs, RAM | 12 months |
| Batteries | 6 months |
| Used or refurbished parts | 90 days |
| Liquid damage repairs, work and parts | 30 days |
| Software work: virus removal, reinstall, tune-up, set-up | 30 days |
| Custom PC builds, labor and parts we supply | 12 months |
| Data recovery | none |
| Parts you bring | none on the part, 90 days on labor |

If a part we supplied fails within its warranty, we replace it and don't charge labor, even after the 90 days.

## What voids the warranty

The warranty on a repair ends if:

- The device was dropped, crushed or bent after the repair
- Liquid got in after the repair
- Someone else opened the device or changed the part
- Our warranty seal was removed
- The wrong charger or a power surge damaged it

A new virus, a forgotten password or a new program that causes trouble isn't a warranty case. The warranty covers the repaired part, not other faults of the device.

## How to make a warranty claim

Bring the device with the receipt, or tell us your phone number so that we can find the ticket. You pay no diagnostics fee. We check within 1–2 business days and warranty work goes to the front of the line. For mail-in devices we pay return shipping.

If the same repair fails twice, a manager decides with you between another repair and a refund. Ask for a person in this chat.

## Does your repair void the maker's warranty?

In the United States a maker may not refuse its warranty just because an independent shop did a repair, but it can refuse damage caused by one. If your device is still under the maker's warranty, ask there first; we'll tell you so at the counter.
`,
  },
  {
    slug: "refunds-and-returns",
    title: "Refunds and returns",
    category: "policies",
    body: `## Can I get a refund for a repair?

If a repair by Computer Guys doesn't fix the fault that we promised to fix, we repair it again at no charge. If that doesn't work either, you get the price of the repair back, diagnostics fee included. Refunds are decided by a manager, so ask for a person in this chat, call (614) 555-0142 or come to the counter.

The diagnostics fee by itself isn't refunded when you decline a repair, because the work is done.

## Returning products: accessories, parts, computers

| Product | Return |
| --- | --- |
| Unopened accessories and parts | 14 days, full refund |
| Opened, working accessories | 14 days, less 15% restocking fee |
| Refurbished computers | 14 days, full refund if undamaged |
| Special-order parts | no return once ordered |
| Software and license keys | no return once opened |

Bring the receipt and the packaging. Faulty products are exchanged or refunded under the warranty, without a restocking fee.

## How and when the refund is paid

Refunds go back to the card you paid with and take 5–7 business days to appear. Cash payments are refunded in cash up to $200, above that by check within 10 business days. Shop credit is returned as shop credit.

## Deposits and canceled work

A deposit is refunded in full until we have ordered the part. After that, the cost of a special-order part is kept. Canceling before we start costs nothing; if we are halfway through, you pay for the time spent, at most the approved price. A home visit canceled less than 24 hours ahead costs $40.

## If you disagree with a charge

Please talk to us before you dispute it with your bank: most cases are settled within 2 business days. Write to help@computerguys.example with the invoice number.
`,
  },
  {
    slug: "payment-deposits-discounts",
    title: "Payment methods, deposits and student discount",
    category: "billing",
    body: `## Which payment methods does Computer Guys take?

- Visa, Mastercard, American Express and Discover, credit or debit
- Apple Pay and Google Pay
- Cash
- Shop credit from a trade-in
- Checks and bank transfer, from business plan customers only

We don't take personal checks, cryptocurrency or gift cards of other stores. We never ask for a card number by chat, text or e-mail; remote and mail-in work is paid through the link in the invoice or at https://computerguys.example/pay.

## When do I pay?

The diagnostics fee is due at drop-off. The rest is due at pick-up, after you tested the device. Mail-in repairs are paid before return shipping, and remote sessions when you book. We don't offer financing or payment in installments.

## When is a deposit needed?

| Work | Deposit |
| --- | --- |
| Special-order part over $100 | 50% of the estimate |
| Custom PC build | 50% of the quote |
| Clean-room data recovery | none; due when files are recovered |
| Everything else | none |

A deposit counts toward the final price. It is refundable until we have ordered the part. A loaner laptop needs a $200 hold on a credit card, which isn't a deposit and is released after return.

## Student and teacher discount

Students and teachers of any school, college or university get 10% off repairs and services at Computer Guys, up to $50 per visit. Show a valid school ID, or an enrollment letter of the current term, at drop-off; the discount can't be added once the invoice is paid. A $199 laptop screen, for example, costs a student $179.10 before tax.

The student discount covers work from our price lists: screens, batteries, keyboards, ports, upgrades, liquid damage, fan cleaning, virus removal, reinstall, tune-up, data transfer, and data recovery of tier 1 and 2.

It isn't given on the diagnostics fee, rush service, clean-room data recovery, products and parts for a custom PC, home visits, remote support, business plans, loaner laptops or shipping. It can't be combined with another offer, but shop credit from a trade-in may be used along with it. There is no discount for seniors or military at present.

## Sales tax and tips

Ohio sales tax is added where the law requires it; the estimate shows it. Tax-exempt organizations bring their exemption certificate. Our technicians don't expect tips.
`,
  },
  {
    slug: "invoices-and-billing-questions",
    title: "Invoices, receipts and billing questions",
    category: "billing",
    body: `## How do I get a copy of my invoice or receipt?

Every invoice from Computer Guys is sent by e-mail on the day you pay. If you can't find it, look in the spam folder, then ask at help@computerguys.example or (614) 555-0142 with your phone number or ticket number. We can send copies for the last 7 years. To put a company name or a purchase order number on an invoice, tell us within 30 days.

## Why is the total different from the price list?

The usual reasons are:

- Ohio sales tax was added
- The diagnostics fee was already paid and is shown as a credit
- You approved extra work, such as a backup for $59 or rush service for $60
- A student discount was taken off

You never pay more than the estimate you approved. If the total is higher, don't pay yet and ask for a person.

## I was charged twice

A card payment sometimes shows twice: once as a pending hold and once as the charge. The hold disappears within 3–5 business days. If both are booked, send the dates and amounts to help@computerguys.example. Don't send the card number. We check within 2 business days and refund a double charge in full.

## Billing for business plans

Business plans are invoiced on the 1st of each month, in advance, and are due within 15 days. On-site hours beyond the plan appear on the next invoice. Pay by card, check or bank transfer. After 30 days without payment we pause the plan, with a notice 5 business days before. To change the billing contact, write from the address on file.

## Insurance claims

We write damage reports for insurers. The report costs $35 and is ready within 2 business days; the diagnosis is paid separately.
`,
  },
  {
    slug: "privacy-during-repair",
    title: "Privacy and data handling during a repair",
    category: "policies",
    body: `## Do technicians look at my files?

No. Technicians at Computer Guys open only what the repair needs: for a screen, nothing but a test of the display; for a slow PC, system settings and logs. Photos, mail and documents aren't opened, unless you ask us to check that a certain file was recovered. The benches are under camera, and each access is noted on the ticket.

## Do you need my password?

Only if the repair has to be tested while signed in. You have three choices:

1. Set a temporary passcode and change it back later.
2. Make a guest or test account.
3. Come in and type it yourself at the counter; a repair may take longer this way.

Passwords you give us are stored encrypted with the ticket and deleted at pick-up. Never send a password, a verification code or a card number in this chat, by text or by e-mail. We don't need your bank or e-mail password for any repair.

## How long do you keep my data?

Backup copies made during a repair are encrypted and erased 14 days after pick-up; the same goes for recovered data. Old drives you leave with us are wiped or shredded. Contact details and invoices are kept for 7 years for tax purposes. We don't sell or share customer data. For clean-room recovery the drive goes to our partner laboratory, only with your signature.

## See or delete my data

Ask at help@computerguys.example to see, correct or delete what we hold about you. We answer within 10 business days. Invoices have to stay until their 7 years are over.
`,
  },
  {
    slug: "backup-before-repair",
    title: "Backup before a repair",
    category: "policies",
    body: `## Should I back up before a repair?

Yes. Back up before you hand over any device. Computer Guys works carefully, but a drive that is already weak can fail on the bench. We aren't responsible for files that are lost because a weak drive fails and there was no backup.

For an SSD upgrade, a reinstall or liquid damage, a backup matters most. A screen, battery or keyboard repair normally doesn't touch your files.

## What a backup costs

A backup before a repair costs $59 for up to 1 TB and adds about 1 business day. It is copied to a drive that you bring. A new external drive costs $79 for 1 TB or $99 for 2 TB. The reinstall for $169 already includes a backup of your files.

If the drive is failing, a simple backup isn't safe any more. Then we stop and offer data recovery, from $149.

## How to make a backup yourself

- **Windows:** plug in an external drive and copy the folders Documents, Pictures, Desktop and Downloads, or use Settings > Accounts > Windows backup with OneDrive.
- **Mac:** plug in an external drive and choose System Settings > General > Time Machine > Add Backup Disk.
- **iPhone or iPad:** Settings > your name > iCloud > iCloud Backup > Back Up Now.
- **Android:** Settings > Google > Backup > Back up now. Photos are backed up separately in Google Photos.

Check the backup by opening two or three files from it.

## Don't forget these

Browser bookmarks, saved passwords, mail stored on the computer, accounting files and authenticator apps are often missed. Write down the license keys of bought programs. For a laptop with BitLocker, have the recovery key at hand; it is in your Microsoft account.
`,
  },
  {
    slug: "unclaimed-devices",
    title: "Storage fees and unclaimed devices",
    category: "policies",
    body: `## How long do you keep my device?

Computer Guys stores a finished device free of charge for 30 days from the day we tell you that it is ready. The same applies if you declined the repair. After that, storage costs $5 a day, at most $100.

If you are away for longer, tell us before the 30 days are over and we agree on a later date, free of charge.

## When is a device considered abandoned?

A device that isn't picked up within 90 days of the ready notice is considered abandoned. Before that we remind you at least three times by text or e-mail and send one letter to the address on the ticket, at least 14 days ahead.

After 90 days we may sell or recycle the device to cover the open bill. All data on it is erased first and can't be brought back. If a sale brings more than you owe, the rest is yours for one year.

## My phone number or address has changed

Tell us your new phone number or e-mail with your ticket number, here or at (614) 555-0142, so that the ready notice reaches you. If you missed the notice, get in touch: until the device is sold or recycled, you get it back for the open bill plus storage.

## Estimates nobody answers

If an estimate gets no answer, it expires after 14 days. We then put the device back together, if that is possible, and tell you that it is ready for pick-up. The 30 free days start with this notice.
`,
  },
];
