/**
 * Accounts, passwords and e-mail: what customers can do themselves, what the shop may help with, and
 * that nobody ever sends a password or a code in the chat.
 */
import type { SeedDocument } from "./types";

export const accountsDocuments: SeedDocument[] = [
  {
    slug: "account-and-email-help",
    title: "Account and e-mail help: prices and common problems",
    category: "accounts",
    body: `## What account and e-mail help costs

| Service | Price | Time |
| --- | --- | --- |
| Account help session at the counter, for one person | $49 | up to 30 minutes |
| The same by remote support | $59 | up to 30 minutes |
| Move a mailbox to a new provider | $129 | 1–2 business days |

An account help session at Computer Guys covers passwords, sign-in, two-factor set-up, and e-mail on your computer and phone. Book at https://computerguys.example/book or call (614) 555-0142. Bring a photo ID and the phone that receives your codes. You type passwords yourself; we don't write them down.

## I don't get new e-mail

1. Open the mailbox in a web browser. If the mail is there, it is the program or phone.
2. Check the spam folder, rules and forwarding.
3. See whether the mailbox is full. Google accounts have 15 GB free, shared with Photos and Drive.
4. If you changed the password lately, enter the new one on every device.
5. Remove the account from the phone or Outlook and add it again. With old POP accounts, don't remove anything before a backup, because mail may be stored only on that computer.

## Outlook or the phone asks for the password again and again

Many providers no longer accept the plain password in old programs. Add the account with the Sign in with Google or Microsoft button, or create an app password in the provider's security settings. An Outlook version before 2016 has to be replaced.

## Set up e-mail on a new phone

Go to Settings > Apps > Mail > Mail Accounts on an iPhone, or Settings > Passwords & accounts on Android, choose the provider and sign in on its own page. For a company mailbox, ask your administrator first.
`,
  },
  {
    slug: "microsoft-account-lockout",
    title: "Forgotten password and locked Microsoft account",
    category: "accounts",
    body: `## Reset a forgotten Microsoft password

1. On any device go to account.live.com/password/reset.
2. Enter the e-mail address or phone number of the account.
3. Choose where to receive the code and type it in on that page.
4. Set a new password that you don't use anywhere else.
5. On the PC, connect to the internet at the sign-in screen and use the new password. The PIN may have to be set again.

## Microsoft account is locked

A message that the account has been locked usually means too many wrong tries or unusual activity. Sign in at account.microsoft.com and follow the steps with a text code. If it says that you tried too often, wait 24 hours. If you no longer have the phone or e-mail, fill in the recovery form at account.live.com/acsr; an answer takes about 24 hours. Changing all security details starts a waiting period of 30 days.

## What Computer Guys can and can't do

We can help you fill in the forms, check the keyboard and the account name, and save your files. We can't unlock a Microsoft, Apple or Google account: only the company itself can. Nobody can who asks you for money on the phone. Never send a password or a code in this chat.

## Forgotten Windows password without a Microsoft account

For a local account, click Reset password at the sign-in screen and answer the security questions. If that fails, bring the PC with a photo ID and proof that it is yours, such as the receipt. Resetting a local password costs $49 and takes 1 business day. If the drive is encrypted with BitLocker and the key is lost, the files can't be read by anyone.

## Locked iPhone or Apple account

Reset an Apple password at iforgot.apple.com. We don't remove Activation Lock and don't take locked devices in trade.
`,
  },
  {
    slug: "two-factor-setup",
    title: "Set up two-factor sign-in",
    category: "accounts",
    body: `## What is two-factor sign-in?

Two-factor sign-in asks for a second proof besides your password, such as a code in an app. A thief who knows the password still can't get in. Turn it on for e-mail first, because all other passwords can be reset through it, then for bank, Apple, Google and Microsoft.

## How to turn on two-factor sign-in

- **Microsoft:** account.microsoft.com > Security > Manage how I sign in > Two-step verification.
- **Google:** myaccount.google.com > Security > 2-Step Verification.
- **Apple:** iPhone Settings > your name > Sign-In & Security > Two-Factor Authentication.

Choose an authenticator app or a passkey where you can; text messages are better than nothing. Then print the recovery codes and keep them on paper, not on the same phone.

## New phone: move the authenticator first

Before you erase or trade in the old phone, move the authenticator. In Google Authenticator use Transfer accounts; in Microsoft Authenticator turn on backup. Sign in once on the new phone before you let the old one go.

## Lost phone: I can't get my codes

1. Use a recovery code or a second device that is still signed in.
2. Ask your carrier for a new SIM with the same number to receive texts again.
3. Start the account recovery of the provider. It can take several days.
4. Sign the lost phone out in the account's list of devices.

## Help with two-factor sign-in

An account help session at Computer Guys costs $49 for up to 30 minutes at the counter, or $59 by remote support; two to three accounts usually fit in. Bring your phone and a photo ID. Never read a code to anybody who calls you, and never send one in this chat; we never ask for it.
`,
  },
  {
    slug: "phishing-mail",
    title: "Phishing mail and scam calls",
    category: "accounts",
    body: `## How to recognize a phishing mail

- It rushes you: the account closes today, a package is held, an invoice is overdue.
- The sender's address doesn't match the company.
- The link leads somewhere else; rest the mouse on it to see where.
- It asks for a password, a code, gift cards or remote access.
- There is an attachment that you didn't expect.

Don't click, don't answer and don't call the number. Open the company's site by typing its address. Mark the mail as phishing and delete it.

## I clicked a link or entered my password

1. Change that password now, from another device, and everywhere else you used it.
2. Turn on two-factor sign-in, and sign out of all other sessions.
3. Look for new forwarding rules in your mailbox.
4. If you typed card or bank details, call the number on the back of your card.
5. If you opened an attachment, disconnect the computer from the internet and have it checked.

Virus removal at Computer Guys costs $129 and takes 1–2 business days. Help with securing accounts is $49 for up to 30 minutes.

## Someone called about my computer and I let them in

Microsoft, Apple and Computer Guys don't call you about a virus. Disconnect from the internet, switch the computer off, and call your bank from another phone. Then bring the computer in, or ask for a technician here. Don't use it for banking until it has been checked.

## Is this message really from Computer Guys?

Our mail comes from help@computerguys.example and our calls from (614) 555-0142. Payment links lead to computerguys.example only. We never ask for passwords, codes, gift cards or cryptocurrency. If in doubt, call (614) 555-0142 yourself. Report fraud at reportfraud.ftc.gov.
`,
  },
];
