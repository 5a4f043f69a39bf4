/** What is removed before text leaves, and what isn't. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { redactSecrets } from "./redact";
import { anyText } from "../../tests/arbitraries";
import { leastMs } from "../../tests/timing";

/** Card networks' published test numbers. */
const CARDS = ["4242424242424242", "5555555555554444", "378282246310005", "6011111111111117"];

test.each(CARDS)("card number %s is removed, in groups and in a sentence", (card) => {
  for (const written of [
    card,
    card.replace(/(.{4})/g, "$1 "),
    card.replace(/(.{4})(?=.)/g, "$1-"),
  ]) {
    const safe = redactSecrets(`My card is ${written.trim()}, exp 12/29.`);
    expect(safe.replace(/\D/g, "")).toBe("1229");
    expect(safe).toContain("[card number removed]");
  }
});

const checkDigit = (head: string) => {
  const sum = [...head].reverse().reduce((all, char, i) => {
    const doubled = Number(char) * (i % 2 === 0 ? 2 : 1);
    return all + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return (10 - (sum % 10)) % 10;
};
/** A number of a card scheme without its last digit: Visa, Mastercard, Discover, Maestro, 14 to 19 digits. */
const cardHead = () =>
  fc
    .tuple(
      fc.constantFrom("4", "51", "55", "2221", "2720", "6011", "65", "5018", "62"),
      fc.constantFrom(14, 16, 17, 18, 19),
      fc.stringMatching(/^\d{18}$/),
    )
    .map(([prefix, length, digits]) => (prefix + digits).slice(0, length - 1));
const separator = () =>
  fc.constantFrom("", " ", "-", "\u00a0", "\u2009", "\u202f", "\u2011", "–", ".", "\u200b");
const SCRIPTS = [0x30, 0x660, 0x6f0, 0x966, 0xff10];

test("a number of a card scheme with a right check digit is removed, with a wrong one kept", () => {
  fc.assert(
    fc.property(cardHead(), (head) => {
      const check = checkDigit(head);
      expect(redactSecrets(`card ${head}${check} ok`)).toBe("card [card number removed] ok");
      const wrong = `card ${head}${(check + 1) % 10} ok`;
      expect(redactSecrets(wrong)).toBe(wrong);
    }),
  );
});

test("in groups, in any script, and with a date or another number beside it, it is removed all the same", () => {
  fc.assert(
    fc.property(
      cardHead(),
      separator(),
      fc.constantFrom(...SCRIPTS),
      fc.constantFrom("", " 12/29", " 123", " exp 12 29", " 12 29 123", ", 43215"),
      (head, between, zero, after) => {
        const card = head + checkDigit(head);
        const groups = card.match(/.{1,4}/g)!.join(between);
        const digits = groups.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
        const safe = redactSecrets(`My card: ${digits}${after}`);
        expect(safe).toContain("[card number removed]");
        expect(safe.normalize("NFKC").replace(/\D/g, "").length).toBeLessThan(12);
      },
    ),
  );
});

const PEM = `-----BEGIN RSA PRIVATE KEY-----\nMIIEow+Secret/Line=\n-----END RSA PRIVATE KEY-----`;
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N";
const BITLOCKER = "419287-102938-475610-293847-561029-384756-102938-475610";

test.each([
  ["my password is hunter2!", "hunter2"],
  ["Password: S3cret#1", "S3cret#1"],
  ["password = swordfish", "swordfish"],
  ["pin = 4821", "4821"],
  ["My PIN is 4821.", "4821"],
  ["the passcode was 998877", "998877"],
  ["The password for my laptop is hunter2", "hunter2"],
  ["password to the admin account: hunter2", "hunter2"],
  ["pw: hunter2", "hunter2"],
  ["pwd hunter2!", "hunter2!"],
  ["user ann, password hunter2", "hunter2"],
  ['My password is still "correct horse battery" if you need it', "horse"],
  ["passphrase: correct horse battery staple", "battery"],
  ["my recovery phrase is legal winner thank year wave", "winner"],
  ["Hunter2x is my password", "Hunter2x"],
  ["Mein Passwort lautet geheim12", "geheim12"],
  ["Kennwort: geheim12", "geheim12"],
  ["Das Passwort für den Laptop ist geheim12", "geheim12"],
  ["mi contraseña es secreto9", "secreto9"],
  ["mot de passe : secret42", "secret42"],
  ["password -> hunter2", "hunter2"],
  ["wifi password is Blue-Tiger-77", "Blue-Tiger-77"],
  ["WLAN-Schlüssel: 8473629104857362", "8473629104857362"],
  ["network key: abcdef1234", "abcdef1234"],
  ["WIFI:T:WPA;S:Home;P:letmein99;;", "letmein99"],
  ["The code is 123456", "123456"],
  ["verification code: 123 456", "123 456"],
  ["Your code: 4711", "4711"],
  ["Ihr Code lautet 654321", "654321"],
  ["Ihr Code: 654321", "654321"],
  ["code for my bank is 8812", "8812"],
  ["OTP 445566", "445566"],
  ["TAN: 445566", "445566"],
  ["G-918273 is your Google verification code", "918273"],
  ["123456 is your sign-in code", "123456"],
  ["su código es 778899", "778899"],
  ["cvv 123", "123"],
  ["CVC: 9876", "9876"],
  ["key sk-abcdefghijklmnop1234", "sk-abcdefghijklmnop1234"],
  ["sk_live_abcdefghijklmnop1234", "sk_live_abcdefghijklmnop1234"],
  ["AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"],
  ["ghp_abcdefghijklmnopqrstuvwxyz0123", "ghp_abcdef"],
  ["github_pat_11ABCDEFG0123456789_abcdef", "11ABCDEFG"],
  ["AIzaSyA1234567890abcdefghijklmnopqrstuv", "AIzaSy"],
  ["xoxb-123456789012-abcdefghijkl", "xoxb-1234"],
  ["SG.abcdefghijklmnopqrst.uvwxyz0123456789abcd", "uvwxyz"],
  ["Authorization: Bearer abcdef0123456789abcdef", "abcdef0123456789"],
  ["postgres://ann:hunter2@db.example.com/x", "hunter2"],
  ["api key: 9f8e7d6c5b4a39281706", "9f8e7d6c"],
  [JWT, "eyJhbGci"],
  [PEM, "MIIEow"],
  [PEM.slice(0, 60), "MIIEow"],
  [BITLOCKER, "419287"],
  [BITLOCKER.replaceAll("-", " "), "475610"],
  [BITLOCKER.replaceAll("-", " – "), "475610"],
  ["FileVault key ABCD-1234-EFGH-5678-IJKL-9012", "EFGH"],
  ["Windows key VK7JG-NPHTM-C97JM-9MPGT-3V66T", "NPHTM"],
])("%j loses its secret", (text, secret) => {
  expect(redactSecrets(text)).not.toContain(secret);
  expect(redactSecrets(text)).toMatch(/removed\]/);
});

const KEPT = `My password is wrong and I can't sign in.
The password is not accepted.
I forgot my PIN.
My password was changed yesterday.
The password is the same as before.
Is a password required?
Passwords are stored in Chrome.
He asks for my password on the phone.
Can you reset the password for my Apple ID?
Mein Passwort ist falsch.
Serial 1234567890123, phone +1 614 555 0142.
Serial number C02XG0FDJG5H
S/N PF-2ABCD1
Service tag 7H2KX53
Express service code 16305371535
IMEI 490154203237518
IMEI: 35-209900-176148-1
A screen costs $179.00 and takes 1-2 days.
$1,299.00 or 3 payments of $433.00
1.299,00 € inkl. MwSt.
Order 2026-11-26, case 12345678.
Order number 4006381333931
Order #100-2345678-1234567
Order code 12345678
Tracking 9400 1000 0000 0000 0000 00
Tracking 1Z999AA10123456784
UPS 1Z 999 AA1 01 2345 6784
Ticket 2026-004711
Invoice INV-2026-000123
Call me at 614-555-0142.
Call (614) 555-0142 or +1 614 555 0143
614 555 0142 614 555 0143
+49 30 12345678
+49 151 23456789 ab 9 Uhr
+442079460958
Error code 0x80070057
Error code 43
error code is 12345678
Error code: 0xc000007b
Stop code 1234
The exit code is 1603
Device Manager code 43
HTTP status code 50012
Fehlercode 80070005
zip code 43215
My postal code is 43215
area code 6145
promo code SAVE20
discount code 20252026
QR code 12345678
beep code 1124
product code 88213344
part 661-02389
Model A2337, EMC 3598
MAC 3C:22:FB:12:34:56
IP 192.168.178.20
IPv6 2001:db8::8a2e:370:7334
c1a7f1d4-3b2e-4a8b-9f54-0d1f6c2b7a90
26.11.2026 14:30
2026-11-26T14:30:00.000Z
1764084055000
Windows 11 23H2 build 22631.4460
Driver 31.0.101.5186
16 GB DDR4-3200, 512 GB NVMe
Battery 49.9 Wh, 4382 mAh
1920x1080 at 144 Hz
Meeting code name Falcon
I need a key for my keyboard, the Q key is gone.
The security key is lost.
The screen is cracked, the pin connector is bent.
My USB-C pin is bent
Pin 4 is broken
Wi-Fi is slow in the office
The token ring of 1995
Room 1234, floor 5`
  .split("\n")
  .filter(Boolean);

test("there are more than sixty texts without a secret", () => {
  expect(KEPT.length).toBeGreaterThan(60);
});

test.each(KEPT)("%j is kept as it is", (text) => {
  expect(redactSecrets(text)).toBe(text);
});

/** Sentences with a hole, and secrets that fit into it. */
const HOLES = [
  "my password is {}",
  "Password: {}",
  "the password for the laptop is {} thanks",
  "pw: {}",
  "Passwort: {}",
  'wifi password "{}"',
  "{} is my password",
  "my wifi key is {}",
];
/** Not a word with an exclamation mark: "my password is wrong!" has no secret. */
const secret = () =>
  fc
    .tuple(
      fc.stringMatching(/^[A-Za-z]{3,8}$/),
      fc.stringMatching(/^!?[0-9@#$%^&*][0-9!@#$%^&*]{0,3}$/),
    )
    .map(([letters, rest]) => letters + rest);

test.each(["wrong#1", "set$", "not@home", "SEt!9", "ok*ok"])(
  "%s is a password, whatever word it begins with",
  (word) => {
    for (const hole of HOLES) expect(redactSecrets(hole.replace("{}", word))).not.toContain(word);
  },
);

test("a planted password is never left, whatever stands around it", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...HOLES),
      secret(),
      anyText(20),
      anyText(20),
      (hole, word, a, b) => {
        const planted = hole.replace("{}", () => word);
        expect(redactSecrets(`${a}\n${planted}\n${b}`)).not.toContain(word);
      },
    ),
    { numRuns: 500 },
  );
});

const CODE_HOLES = [
  "the code is {}",
  "Your code: {}",
  "Ihr Code lautet {}",
  "OTP {}",
  "{} is your code",
];
test("a planted one-time code is never left", () => {
  fc.assert(
    fc.property(fc.constantFrom(...CODE_HOLES), fc.stringMatching(/^\d{6}$/), (hole, code) => {
      expect(redactSecrets(`Hi. ${hole.replace("{}", code)}`)).not.toContain(code);
      const spaced = `${code.slice(0, 3)} ${code.slice(3)}`;
      expect(redactSecrets(`Hi. ${hole.replace("{}", spaced)}`)).not.toContain(spaced);
    }),
  );
});

test("removing twice is removing once, and any text is survived", () => {
  const pieces = fc.oneof(
    anyText(),
    fc.constantFrom(
      ...CARDS,
      "password: x",
      "code is 123456",
      "is my pin",
      BITLOCKER,
      PEM,
      "wifi key",
    ),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      const once = redactSecrets(parts.join(" "));
      expect(redactSecrets(once)).toBe(once);
    }),
  );
});

test("the longest message is read in time, whatever it repeats", () => {
  const work = () => {
    redactSecrets("4".repeat(8_000));
    redactSecrets("4 ".repeat(4_000));
    redactSecrets("password ".repeat(900));
    redactSecrets("code ".repeat(1_600));
    redactSecrets("a:".repeat(4_000));
    redactSecrets("ABCDE-".repeat(1_300));
    redactSecrets("password for my my my ".repeat(360));
    redactSecrets("-----BEGIN PRIVATE KEY-----".repeat(290));
  };
  expect(leastMs(work, 1_000)).toBeLessThan(1_000);
});
