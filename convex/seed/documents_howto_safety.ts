/**
 * How-tos in which a wrong step can hurt somebody or destroy data: battery, ransomware, no power,
 * heat. (First aid for spilled liquid stands with its prices in `documents_prices.ts`.)
 */
import type { SeedDocument } from "./types";

export const howtoSafetyDocuments: SeedDocument[] = [
  {
    slug: "swollen-battery",
    title: "Swollen battery: what to do",
    category: "howto",
    body: `## How to tell that a battery is swollen

A battery is probably swollen if the bottom of the laptop bulges and it rocks on the table, the touchpad is lifted or doesn't click, the phone's screen is pushed up, or there is a sweet, chemical smell. A swollen battery can catch fire. Treat it as urgent, even if the device still works.

## What to do right away with a swollen battery

1. Unplug the charger and switch the device off.
2. Don't charge it again, not even for a backup.
3. Don't press, bend, puncture or open it.
4. Put it on something that doesn't burn, such as a tile floor or a metal tray, away from beds, paper and the sun.
5. Don't mail it, don't take it on a plane, and don't throw it in the trash.

## Smoke, hissing, heat or flames

Leave the room, close the door and call 911. Don't carry the device. Don't touch liquid that leaked from it and don't breathe the smoke.

## How to bring a swollen battery to Computer Guys

If the device is cool and quiet, bring it in person during opening hours, switched off, in an open box, not in a bag or in your pocket. Don't leave it in a hot car. Tell us at the counter at once; you won't have to wait in line. Questions: (614) 555-0142, or ask for a technician in this chat.

The replacement costs the same as a normal battery, for example $119 for a Windows laptop with the battery inside, $189 for a MacBook Air or $79 for an iPhone up to model 15. It usually takes 1–2 business days if the battery is in stock, about 1 hour for an iPhone. Disposal of the old battery is free, even if you don't have the device repaired. Your files are normally not affected.
`,
  },
  {
    slug: "ransomware-first-steps",
    title: "Suspected ransomware: first steps",
    category: "howto",
    body: `## Signs of ransomware

Files suddenly can't be opened, have strange endings, or a note on the screen asks for money, often in cryptocurrency. A web page that only shouts that your PC is locked and shows a phone number is usually a scare pop-up, not ransomware: close the browser and don't call the number.

## What to do right now against ransomware

1. Disconnect from the network: pull the Ethernet cable and turn Wi-Fi off.
2. Unplug external drives and USB sticks, and don't plug in your backup.
3. Leave the computer on but don't use it. If you can see files being changed right now and can't disconnect it, hold the power button until it is off.
4. Take a photo of the note with your phone.
5. Disconnect other computers and network drives in the home or office.
6. Ask for a technician in this chat or call (614) 555-0142.

## What not to do

- Don't pay. Payment doesn't guarantee that you get your files back.
- Don't delete the note or the changed files: they help to identify the kind of ransomware.
- Don't run cleaners or reinstall Windows before the damage has been looked at.
- Don't sign in to bank or mail from the affected computer.

Change your passwords from another, clean device, e-mail first. Turn on two-factor sign-in.

## What Computer Guys does about ransomware

Ransomware is always handled by a person. We start with a diagnosis for $49, in 1–2 business days, or the same day with rush service for $60 if the computer arrives by 12:00 noon, Monday to Friday. We keep a copy of the drive, find out which ransomware it is, and check for free decryption tools and intact backups. Restoring is quoted before it starts. We can't promise that files come back.

Businesses with the Premium plan call the emergency line (614) 555-0155 at any hour. Report the crime to the FBI at ic3.gov; businesses should also call their insurer.
`,
  },
  {
    slug: "computer-no-power",
    title: "PC or laptop doesn't turn on",
    category: "howto",
    body: `## Before you start: when not to try

If the computer got wet, smells burnt, or the battery bulges, don't plug it in and don't try again. Switch off the outlet if you can do so safely and talk to a technician.

## Windows laptop doesn't turn on

1. Plug the charger straight into a wall outlet that works; try a lamp in it first.
2. Look for a charging light. If there is none, try another charger of the same type.
3. Unplug everything: dock, USB devices, monitor, memory cards.
4. Unplug the charger, hold the power button for 30 seconds, plug the charger back in and wait one minute. Then press the button once.
5. Leave it charging for 30 minutes if the battery may be empty.

## Desktop PC doesn't turn on

1. Check the switch on the back of the power supply: the line (I) means on.
2. Connect the PC directly to the wall, without the power strip.
3. Unplug all USB devices except keyboard and monitor.
4. Switch it off, pull the power cord, hold the power button for 15 seconds and try again.

Never open the power supply itself; it holds dangerous voltage even when unplugged.

## It has power, but the screen stays black

If fans spin or lights are on, shine a flashlight at the laptop's screen. If you can see a faint picture, the backlight is broken. Connect a TV or monitor by HDMI: if a picture appears there, the screen is at fault, from $179 for Windows laptops. Beeps or a blinking light are an error code; count them and tell us.

## What a repair costs when there is no power

Bring the computer with its charger. The diagnosis costs $49, takes 1–2 business days and is credited toward the repair. Common causes are the charger ($39 to $79), the charging port (from $129) and the battery (from $89). Your files are often safe even if the computer is dead; recovering them from a healthy drive costs $149.
`,
  },
  {
    slug: "overheating-and-fan-cleaning",
    title: "Overheating and loud fan: help and fan cleaning price",
    category: "howto",
    body: `## My laptop gets hot or the fan is loud: what can I do?

1. Put it on a hard, flat surface. Beds and cushions block the air.
2. Hold the vents to the light. If you see dust, switch the laptop off and blow in short bursts of canned air from outside.
3. Press Ctrl + Shift + Esc and look at which program uses the processor. Close it or restart the PC.
4. Install Windows updates; a running update can heat up a PC for an hour.
5. In Settings > System > Power & battery, choose a balanced power mode.

Don't use a vacuum cleaner inside, and don't run games or long video exports until it is cooler.

## Signs that overheating is serious

If the computer switches off by itself, smells burnt or is too hot to touch, switch it off and bring it in. If the case bulges, the battery may be swollen: don't charge it, keep it away from anything that burns, and ask for a technician.

## Fan cleaning: price and time

| Service | Price |
| --- | --- |
| Cleaning and new thermal paste, laptop or desktop | $69 |
| Cleaning and new thermal paste, gaming laptop | $89 |
| New fan, cleaning included | $119 |

Fan cleaning takes 1 business day. A new fan takes 1–2 business days if it is in stock and 3–7 business days if we order it. There is no diagnostics fee for a cleaning. MacBooks cost the same as other laptops; a MacBook Air with an M-series chip has no fan to clean.

## How often should a computer be cleaned?

Once every two years is enough for most laptops, and once a year with pets, smoke or gaming. The labor of a cleaning has 90 days of warranty; a new fan has 12 months on the part as well.
`,
  },
];
