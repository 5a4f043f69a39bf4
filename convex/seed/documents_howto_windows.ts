/**
 * Windows how-tos customers ask for most. Each ends with what the shop charges if the steps don't help,
 * in the same words and prices as the price lists.
 */
import type { SeedDocument } from "./types";

export const howtoWindowsDocuments: SeedDocument[] = [
  {
    slug: "slow-computer",
    title: "Slow PC: how to make it faster",
    category: "howto",
    body: `## My Windows PC is slow: try these first

1. Restart it with Start > Power > Restart. Shutting down isn't the same in Windows 11.
2. Press Ctrl + Shift + Esc. In the Task Manager, sort by CPU, then by Memory and by Disk, and see which program is on top.
3. Open Startup apps in the Task Manager and disable what you don't need at start.
4. Make sure that at least 15% of drive C is free.
5. Run Windows Update and restart.
6. Uninstall a second antivirus. Two of them slow each other down.
7. Remove browser extensions that you don't know.

## Slow all the time, or only sometimes?

- **Slow from the start, disk at 100%:** often a spinning hard drive. An SSD upgrade makes the greatest difference: $149 for 500 GB, $199 for 1 TB, done in 1 business day.
- **Slow with many tabs:** too little memory. 16 GB installed costs $109 and takes about 30 minutes.
- **Slow and hot, fan loud:** dust. Fan cleaning costs $69, or $89 for gaming laptops.
- **Slow with pop-ups or strange searches:** possibly malware. Virus removal costs $129.
- **Slow only on the internet:** test with a cable; then it is the Wi-Fi, not the PC.

If a slow drive also clicks, or files vanish, stop using it and ask for a technician, because it may be failing.

## Have the shop speed it up

A tune-up at Computer Guys costs $79 and takes 1 business day. Remote support costs $59 for up to 30 minutes. If you don't know the cause, a diagnosis is $49, credited toward the repair. For a PC that is more than 8 years old, we'll tell you honestly if a new one makes more sense.
`,
  },
  {
    slug: "free-up-space",
    title: "Drive full: how to free up space",
    category: "howto",
    body: `## Free up space on drive C in Windows

1. Open Settings > System > Storage and look at what takes the most room.
2. Choose Temporary files, tick what you don't need and click Remove files. Leave Downloads unticked until you have looked through that folder.
3. Empty the Recycle Bin.
4. Turn on Storage Sense on the same page.
5. In Settings > Apps > Installed apps, sort by size and uninstall programs and games you don't use.
6. Right-click a OneDrive folder and choose Free up space: the files stay in the cloud.
7. Move videos and photos to an external drive, and check the copy before you delete them.

Don't delete anything by hand in the folders Windows, Program Files or AppData. Don't use registry cleaners.

## Free up space on a Mac

Open Apple menu > System Settings > General > Storage. Empty the Trash, remove old iPhone backups and big downloads, and turn on Optimize Storage in Photos.

## Free up space on a phone

On an iPhone, go to Settings > General > iPhone Storage; on Android, open Files by Google and tap Clean. Videos and chat attachments are usually the largest. Back up photos before you delete them.

## When a bigger drive is better

If less than 15% stays free after cleaning, a bigger SSD is worth it. An SSD upgrade for a PC costs $199 with 1 TB or $289 with 2 TB, cloning included, and takes 1 business day. An external drive costs $79 for 1 TB or $99 for 2 TB. We don't upgrade the internal drive of MacBooks from 2018 on; an external drive helps there. A tune-up for $79 includes freeing up space.
`,
  },
  {
    slug: "blue-screen",
    title: "Blue screen or stop error in Windows",
    category: "howto",
    body: `## What to do after a blue screen

A blue or black screen with a stop code means that Windows halted to protect itself. One single blue screen is no reason to worry.

1. Take a photo of the screen, the stop code above all, such as MEMORY_MANAGEMENT.
2. Let the PC restart.
3. Unplug new devices: USB sticks, docks, a new printer.
4. Think of what changed: a driver, a program, new memory. Undo it.
5. Back up your important files while the PC runs.
6. Install all updates in Settings > Windows Update, including Advanced options > Optional updates.

## Blue screen again and again: PC doesn't reach the desktop

1. Switch the PC on and, as soon as the logo appears, hold the power button until it is off. Do this twice; the third time, repair mode starts.
2. Choose Troubleshoot > Advanced options > Startup Repair.
3. If that fails, use System Restore, or Uninstall Updates if it began after an update.
4. If Windows asks for a BitLocker key, find it at account.microsoft.com/devices/recoverykey.

Don't choose Reset this PC before your files are backed up.

## What common stop codes point to

| Stop code | Often the cause |
| --- | --- |
| MEMORY_MANAGEMENT | memory |
| INACCESSIBLE_BOOT_DEVICE | drive or a driver |
| CRITICAL_PROCESS_DIED | damaged Windows files or drive |
| VIDEO_TDR_FAILURE | graphics driver or heat |
| WHEA_UNCORRECTABLE_ERROR | processor, heat or power |

## What a repair costs

With more than two blue screens a week, have it looked at. A diagnosis at Computer Guys costs $49, takes 1–2 business days and is credited toward the repair. A reinstall that keeps your files costs $169, new memory starts at $79 and an SSD with cloning at $149.
`,
  },
  {
    slug: "windows-update-stuck",
    title: "Windows update is stuck or fails",
    category: "howto",
    body: `## Windows update is stuck at a percentage

Be patient first: a large update can stand still at one percentage for an hour, and up to three hours on a PC with a spinning hard drive. While the disk light blinks, let it work. Keep a laptop on its charger.

If nothing has moved for more than three hours:

1. Hold the power button until the PC is off.
2. Unplug all USB devices except mouse and keyboard.
3. Switch it on. Windows usually finishes or undoes the update; this may take another 30 minutes.
4. If it gets stuck again, switch off twice while it starts, choose Troubleshoot > Advanced options > Uninstall Updates, and remove the latest one.

## Windows update fails with an error code

1. Note the code, such as 0x80070070 or 0x800f0922.
2. Free at least 20 GB on drive C. Code 0x80070070 means that the drive is full.
3. Restart and try again.
4. Run Settings > System > Troubleshoot > Other troubleshooters > Windows Update.
5. Turn off a third-party antivirus or VPN while updating.
6. Check date and time in Settings > Time & language.

## Should I skip updates?

No. You can pause updates for a few weeks, but security updates close holes that are being attacked. Windows 10 no longer gets regular updates. Ask us whether your PC can run Windows 11; the check is free at the counter.

## Let the shop fix a stuck update

Remote support costs $59 for up to 30 minutes, or $99 for up to 60, if the PC still starts. If it doesn't, a diagnosis at Computer Guys is $49, takes 1–2 business days and is credited toward the repair. A reinstall that keeps your files costs $169.
`,
  },
  {
    slug: "move-to-new-pc",
    title: "Move to a new PC: do it yourself, or data transfer price",
    category: "howto",
    body: `## What data transfer to a new computer costs

Computer Guys moves your files, mail, bookmarks and settings from the old computer to the new one:

| Amount of data | Price | Time |
| --- | --- | --- |
| Up to 500 GB | $89 | 1 business day |
| Up to 2 TB | $129 | 1–2 business days |

Windows to Windows, Mac to Mac, and between the two cost the same. Bring both devices with their chargers and passwords you'd need to sign in. Phone to phone costs $49 and takes about 1 hour. If the old computer doesn't start, but its drive is healthy, the price is that of data recovery tier 1: $149.

## Move files to a new Windows PC yourself

1. Sign in on both PCs with the same Microsoft account.
2. On the old PC, open Windows Backup and back up folders and settings to OneDrive. With more than 5 GB, use an external drive instead.
3. Copy Documents, Pictures, Desktop, Downloads and Videos to the drive.
4. Export browser bookmarks, or turn on sync in Chrome, Edge or Firefox.
5. On the new PC, sign in, then copy the files back.

## What doesn't move along

Programs have to be installed again. Before you start, note license keys, export mail that is stored in Outlook on the old PC, move authenticator apps, and look for the data folder of your tax or accounting program.

## What to do with the old PC

Keep it for at least two weeks and check that nothing is missing. Then trade it in or recycle it free of charge. We wipe the drive at no cost; shredding with a certificate costs $15 per drive.

## New PC set-up

Setting up a new computer, with account, updates, printer and removal of trial programs, is $79 at the shop and takes 1 business day, or part of a home visit from $129.
`,
  },
];
