/** How-tos for what surrounds the PC: Wi-Fi, printers, monitors, and Macs that don't start. */
import type { SeedDocument } from "./types";

export const howtoDevicesDocuments: SeedDocument[] = [
  {
    slug: "wifi-drops",
    title: "Wi-Fi drops or is slow",
    category: "howto",
    body: `## Wi-Fi keeps dropping: try these first

1. Find out who is affected. If only one device drops, it is that device. If all drop, it is the router or the provider.
2. Unplug router and modem for 60 seconds. Plug in the modem, wait two minutes, then the router.
3. Stand next to the router. If it works there, the signal is too weak where you were.
4. On the affected device, forget the network and connect again with the password.
5. Check your provider's status page over mobile data for an outage.

## Only one Windows laptop drops Wi-Fi

1. Restart it and install Windows updates.
2. Open Device Manager > Network adapters, right-click the Wi-Fi adapter and choose Update driver.
3. In the adapter's properties, under Power Management, untick the box that lets the computer turn off the device.
4. Last resort: Settings > Network & internet > Advanced network settings > Network reset. Note your Wi-Fi password first.

If Wi-Fi is missing altogether, the adapter may be broken. A USB adapter costs $29, and it is ready to use at once.

## Wi-Fi is slow in some rooms

Put the router high up, in the open, near the middle of the home, away from microwaves and metal. Use the 5 GHz network when close and 2.4 GHz farther away. A router more than 6 years old is worth replacing. Cheap repeaters halve the speed; mesh or a cable works better.

## What help with Wi-Fi costs

Remote support needs working internet: $59 for up to 30 minutes. At your home, router set-up with a signal check is $149 and mesh installation $249, visit included, within 15 miles. A laptop that drops everywhere should be brought in: the diagnosis is $49, takes 1–2 business days and is credited toward the repair.
`,
  },
  {
    slug: "printer-offline",
    title: "Printer is offline or doesn't print",
    category: "howto",
    body: `## Printer shows offline: what to do

1. Switch the printer off for 30 seconds and on again. Wait until it is ready.
2. Restart the computer, and the router too if other devices have trouble.
3. Look in the printer's menu: it must be on the same Wi-Fi as the computer, not on the guest network.
4. In Windows, open Settings > Bluetooth & devices > Printers & scanners > your printer > Open print queue. Cancel all jobs, and untick Use Printer Offline in the Printer menu if it is ticked.
5. Remove the printer in Printers & scanners and add it again with Add device.
6. On a Mac, go to System Settings > Printers & Scanners, remove the printer and add it with Add Printer.

## The printer was fine until the router was changed

The printer still looks for the old Wi-Fi. Choose Wireless setup in its menu and enter the new name and password. Many printers know only 2.4 GHz; turn that band on in the router.

## Print jobs hang in the queue

Press the Windows key, type services, open Services, right-click Print Spooler and choose Restart. Then print a test page.

## Pages are blank or streaky

Run the cleaning from the printer's menu at most twice; it uses a lot of ink. If that doesn't help, the cartridge or the print head has dried out.

## What help with printers costs

Computer Guys sets up printers by remote support ($59 for up to 30 minutes), or during a home visit ($129 with the first hour, within 15 miles). Most printers take less than 30 minutes. We don't repair printer hardware, such as feeders and print heads, and don't take printers for recycling; a new home printer is usually cheaper.
`,
  },
  {
    slug: "mac-wont-start",
    title: "Mac won't start",
    category: "howto",
    body: `## Mac doesn't react at all

If liquid was spilled or the case bulges, don't charge it or try again; ask for a technician.

1. Connect the charger to a wall outlet and wait 15 minutes. Try another cable.
2. Unplug everything else.
3. Hold the power button or Touch ID for 10 seconds, let go, then press it once.
4. On a Mac with an M-series chip, keep the charger connected, leave the lid closed for 30 seconds and try again.
5. On an Intel Mac from 2018 to 2020, hold the right Shift, left Option and left Control keys for 7 seconds, then the power button as well for another 7 seconds. Let go, wait, and switch on.

## Mac hangs at the Apple logo or the progress bar

After an update, wait at least one hour. Then start safe mode. On an M-series Mac, shut down, hold the power button until the options appear, select your disk, hold Shift and click Continue in Safe Mode. On an Intel Mac, hold Shift while it starts. If safe mode works, free up space, remove new login items and restart.

## Folder with a question mark, or macOS is damaged

Start Recovery: hold the power button on an M-series Mac, or Command + R on an Intel Mac. Open Disk Utility > First Aid. If the disk isn't listed, it may have failed. Reinstall macOS keeps your files as a rule, but don't use it without a backup, and never choose Erase unless you can lose everything on the disk.

## What a Mac repair costs

Computer Guys diagnoses Macs for $49 in 1–2 business days, credited toward the repair. Common repairs are a battery ($189 Air, $219 Pro), a charging board ($149), and a reinstall of macOS with your files kept ($169). On newer Macs the drive is part of the main board, so tell us at drop-off if there is no backup.
`,
  },
  {
    slug: "second-monitor",
    title: "Connect a second monitor",
    category: "howto",
    body: `## How to connect a second monitor in Windows

1. Plug the monitor into power and connect it by HDMI, DisplayPort or USB-C.
2. Switch it on and select the right input with its menu button.
3. Press Windows + P and choose Extend.
4. Right-click the desktop, open Display settings, and drag the two screens so that they stand as on your desk.
5. Select each screen and set resolution and scale to the recommended values.

## How to connect a second monitor to a Mac

Connect it by HDMI or a USB-C cable or adapter, then open System Settings > Displays > Arrange. A MacBook Air with the M1 or M2 chip supports one external monitor only. To use two on it you need a DisplayLink adapter.

## The second monitor isn't detected

- Check the input on the monitor and push both plugs in firmly.
- Try another cable. It is the most frequent cause.
- On a desktop, use the sockets of the graphics card, not those of the main board.
- Click Display settings > Multiple displays > Detect.
- With USB-C: not every USB-C socket carries a picture. Look for a DisplayPort or Thunderbolt sign next to it.
- Restart with the monitor connected, and update the graphics driver.

## Which cable or adapter do I need?

| Laptop has | Monitor has | You need |
| --- | --- | --- |
| HDMI | HDMI | HDMI cable, $15 |
| USB-C | HDMI | USB-C to HDMI adapter, $29 |
| USB-C | DisplayPort | USB-C to DisplayPort cable, $29 |
| one socket only | two monitors | docking station, from $129 |

Bring the laptop and we try the adapter free of charge at the counter. Set-up by remote support costs $59 for up to 30 minutes. If no monitor works on any cable, a diagnosis is $49, takes 1–2 business days and is credited toward the repair.
`,
  },
];
