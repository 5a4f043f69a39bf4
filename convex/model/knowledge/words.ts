/**
 * The words of the trade, for `query.ts`: what customers call what the shop's documents name, in English, and the
 * commonest words in Spanish and German. Data only; a shop adds its own lines. Each line: what customers write, then
 * `=`, then what is searched for beside it. A phrase may have spaces; words are matched without their endings.
 */

/** What a question is about: the thing, the trouble, the service. */
export const TOPICS = `
screen, display, lcd, panel, glass, pantalla, bildschirm, display, scheibe = screen
cracked, smashed, shattered, busted screen, cracked display, rota, kaputt, gesprungen = cracked screen
battery, batt, power cell, batería, pila, akku, batterie = battery
dies fast, dies after, wont hold a charge, doesn't hold a charge, drains, unplugged = battery
swollen, swell, bulge, puffed, puffy, bloated, expanded, ballooned, hinchada, inflada, aufgebläht, aufgequollen = swollen battery, bulges
smoke, smoking, hissing, flames, fire, burning, humo, fuego, rauch, feuer = smoke flames
charging port, charge port, charging hole, charging slot, charging socket, charging connector, charging jack, charger port, power jack, plug, socket, conector, ladebuchse = charging port
charger, power cord, power brick, power adapter, cargador, ladegerät, netzteil = charger
doesn't charge, wont charge, not charging, only charges, stopped charging, no carga, lädt nicht = charging port charger
keyboard, keys, keycap, typing, teclado, tastatur = keyboard
touchpad, trackpad, mousepad = touchpad
hinge, lid = hinges
hard drive, hdd, harddrive, hard disk, disco duro, festplatte = hard drive
ssd, solid state = SSD
ram, memory, gigs, memoria, arbeitsspeicher = memory RAM
upgrade, faster drive, more storage, ampliar, aufrüsten = upgrade
recover, recovery, rescue, get back, get it back, get them back, photos back, pictures back, files back, data back, retrieve, undelete, photos off, pics off, files off, recuperar, retten, wiederherstellen = data recovery
deleted, formatted, erased by accident, lost files, lost my files, lost photos = deleted files data recovery
hdd died, drive died, disk died, hard drive failed = data recovery drive
is clicking, clicking noise, drive clicking, disk clicking, hdd clicking, clicks when, grinding = clicking drive recovery
pics, pictures, photos, images, fotos = photos files
stuff, documents, data, datos, archivos, dateien, daten = data files
backup, back up, backing up, copy my files, respaldo, copia de seguridad, sicherung, sichern = backup
time machine, timemachine = Time Machine backup
virus, malware, spyware, adware, trojan, infected, hacked, popups, pop ups, weird search, homepage changed, viren = virus malware pop-ups
ransomware, ransom, encrypted, bitcoin, decrypt, erpressung, verschlüsselt = ransomware
reinstall, wipe, fresh install, clean install, factory reset, format my pc, windows back, reinstalar, neu aufsetzen = reinstall
tune up, tuneup, clean up, speed up, optimize = tune-up
slow, slugish, sluggish, laggy, lagging, lags, takes forever, freezes, lenta, lento, langsam = slow
boot, start up, startup = start slow
wont turn on, doesn't turn on, not turning on, wont start, won't power, wont power, dead, no lights, no power, no enciende, no prende, geht nicht an, geht nicht mehr an, startet nicht = doesn't turn on power
black screen, nothing on the monitor, screen stays black, blank screen = screen stays black
blue screen, bsod, bluescreen, stop code, stop error, crashes, crashing, keeps crashing, pantalla azul = blue screen stop code
overheating, overheats, hot, heat, burns, burning up, jet engine, loud, noisy, fan, fans, calienta, ventilador, heiß, lüfter, laut = overheating fan
dust, thermal paste, get cleaned, dusty, polvo, reinigung = fan cleaning
water, spill, spilled, spilt, wet, coffee, tea, juice, coke, soda, beer, wine, milk, liquid, toilet, pool, sink, rain, rice, mojado, agua, café, cayó, derramé, wasser, kaffee, verschüttet, nass = liquid spilled
rice = rice
wifi, wi fi, wlan, wireless, internet, network, inalámbrico = Wi-Fi
drops, cuts out, cutting out, disconnects, disconnecting, keeps dropping = drops
router, modem = router
mesh, eero, orbi, dead spots, dead zone = mesh
ethernet, lan cable, network cable = Ethernet cable
printer, print, prints, printing, impresora, drucker = printer
offline = offline
monitor, second screen, two screens, 2 screens, external screen, dual monitor, another monitor, extend desktop, segundo monitor = second monitor
adapter, dongle, dock, docking = adapter cable
update, updates, updating, actualización = update
stuck, hangs, hung, frozen = stuck
storage full, drive full, disk full, out of space, no space, almost full, c drive, free up space, is full, espacio = free up space drive full
password, passcode, pin, contraseña, passwort, kennwort = password
forgot, forgotten, reset, olvidé, vergessen = forgotten reset
locked, locked out, lockout, account locked, activation lock, bloqueada, gesperrt = locked account
bitlocker, recovery key = BitLocker key
two factor, 2fa, mfa, authenticator, two step, codes to log in, get the codes, verification code = two-factor codes authenticator
phishing, scam, fake, suspicious, legit, spam, fraud, scammer, estafa, betrug = phishing scam
clicked a link, bad link, clicked on = clicked a link
called me, someone called, they called, let them in, let them on, remote access = called let them in
email, e mail, emails, mail, gmail, outlook, mailbox, inbox, correo = e-mail
account, accounts, sign in, login, log in, log on, cuenta, konto, anmelden = account sign in
apple id = Apple account password
microsoft account = Microsoft account
open, opens, closed, close, opening hours, opening times, closing time, what time, business hours, hours, abierto, abren, abre, cierran, horario, hora, offen, geöffnet, öffnungszeiten, auf = opening hours
holiday, holidays, thanksgiving, christmas, xmas, new year, easter, labor day, july 4th, 4th of july, memorial day, feiertag, navidad, weihnachten = holidays closed
sunday, domingo, sonntag, sonntags = Sunday opening hours
saturday, sat, sábado, sábados, samstag, samstags = Saturday opening hours
lunch = lunch break
address, where are you, located, location, directions, dirección, ubicados, ubicación, adresse, wo seid = address
park, parking, car park = parking
wheelchair, accessible, stroller, ramp, step free = step-free entrance
bus, transit = bus stop
phone number, call you, your number, reach you, contact, your email, your e mail, your email address, mail you at, email you, teléfono, telefonnummer = phone number
appointment, appt, walk in, walkin, just show up, show up, schedule, book, booking, reserve, cita, termin = appointment walk-ins
after you close, after you closed, after closing, drop box, dropbox, overnight drop = drop off after-hours drop box
check in, checkin = check-in
model number, model no, serial number = model number label
keep my backup, store my backup, keep my data, store my data, keep backups, store backups = keep data backup copies
drop off, dropoff, drop it off, hand in, bring in, bring it in, leave it, abgeben, dejar = drop off
need to bring, should i bring, what to bring = bring
pick up, pickup, collect, collect it, pick it up, recoger, abholen = pick-up
status, repair is done, repair is ready, repair ready, repair done, ready yet, is it ready, ready for pickup, is my laptop ready, is my computer ready, is my pc ready, is my phone ready, laptop ready, computer ready, phone ready, done yet, ticket, listo, fertig = status
rush, express, asap, priority, urgent, skip the line, hurry, same day, urgente, eilig = rush service
home visit, house call, housecall, come to my house, come out, my house, my home, on site, onsite, a domicilio, hausbesuch = home visit
remote, remotely, teamviewer, over the internet, online session, remoto, fernwartung = remote support
business, office, company, employees, firm, empresa, firma, büro = business
plan, plans, contract, managed, premium, standard, basic = business plan
sla, response time, respond, how quick do you respond, office is down, server = response times SLA
emergency, after hours, at night, 2am, 3am, notfall, emergencia = emergency line outside opening hours
custom, build, built, rig, gaming pc, tower, assemble, parts list, pc bauen = custom PC builds
my own parts, bought parts, parts i bought, parts i already = parts you bring assemble
mail in, mail it, mail you, ship, shipping, send my, send it, post it, fedex, ups, usps, enviar, einschicken = mail-in shipping mail
pack, packing, package = pack
loaner, loner, lend, lent, borrow, borrowed, rental, loan, prestar, leihen, leihgerät = loaner laptops
trade in, trade, do you buy, you buy my, you buy old, you buy broken, you buy used, sell you, sell my, buy my, buyback, give me for, you give me, you pay me for, worth, vender mi = trade-in credit
recycle, recycling, dispose, get rid of, throw away, e waste, reciclar, entsorgen = recycling
destroy, shred, certificate, degauss = shredding certificate drive
diagnosis, diagnostic, diagnose, look at, check it out, inspect, inspection, find out what is wrong, diagnóstico, diagnose = diagnosis diagnostics fee
without asking, my approval, my permission, approve = approval estimate
quote, estimate, presupuesto, kostenvoranschlag = estimate
labor, labour, hourly, per hour, rate = hour labor
can't fix, cant fix, couldn't fix, unable to fix, not fixable, didn't work, didnt work = can't be repaired refund
warranty, guarantee, waranty, covered, garantía, garantie, gewährleistung = warranty
void, voids = void
again, came back, same problem, failed again = same infection fails again
refund, money back, reembolso, rückerstattung, geld zurück = refund
return, returns, returned, take back, devolver, zurückgeben, umtauschen = returning products
restocking, opened = opened
cancel, cancelling, canceling, cancelar, stornieren = cancel
take bitcoin, accept bitcoin, pay with bitcoin, take crypto, accept crypto, pay, payment, paying, apple pay, google pay, card, cards, amex, visa, mastercard, cash, check, checks, cheque, crypto, venmo, paypal, pagar, tarjeta, zahlen, bezahlen, karte = payment methods pay
payment plan, installments, financing, finance, pay later, klarna, all at once, cuotas, raten = financing installments payment
deposit, down payment, upfront, anticipo, anzahlung = deposit
discount, student, teacher, coupon, military, senior, veteran, descuento, estudiante, rabatt = discount student
tax, tip = tax
receipt, invoice, bill, factura, recibo, rechnung, quittung = invoice receipt
total, higher than, more than you said, overcharged, charged more = total different price list
charged twice, two times, double charge, charged my card = charged twice
insurance, insurer, damage report, seguro, versicherung = insurance damage report
privacy, private, look at my files, look through, snoop, personal files, my files, privacidad, datenschutz = privacy files
info you have, data you have, information you have, delete my data, delete all = delete my data
unclaimed, abandoned, storage fee, throw out, throw it out, not come, never pick, hold my, keep my device, out of town, away for, don't pick it up = storage unclaimed
changed my number, new number, moved = phone number changed
transfer, move everything, migrate, old pc, new pc, new computer, old computer, switch computers, umziehen = data transfer new PC
set up, setup, brand new = set-up new
new phone = new phone
adapter disappeared, no wifi = adapter missing
mac wont start, apple logo, progress bar, question mark, flashing folder, folder = Mac start folder
waterproof, water resistant = waterproof
genuine, genuine part, original part, original parts, oem = Apple part message
folding, fold, flip = folding phones
icloud = iCloud
lint = lint
`;

/** What it is about it: a question that names no more than this and a general word is about any of them. */
export const DEVICES = `
laptop, notebook, ultrabook, chromebook, lap top, portátil, notebooks = laptop
thinkpad, dell, lenovo, hp, asus, acer, msi, xps, pavilion, inspiron, latitude, envy, spectre, ideapad, yoga, zenbook, vivobook, aspire, surface, rog, razer, t480, x1 = Windows laptop
macbook, mac book, macbok, mbp, mba = MacBook
mac, imac, mac mini = Mac
computer, pc, machine, computadora, ordenador, rechner = computer PC
desktop, workstation, all in one = desktop
toshiba, vaio, fujitsu, medion, gateway, samsung laptop, lg gram, alienware = Windows laptop
nokia, motorola, moto, oneplus, xiaomi, redmi, huawei, oppo, htc, blackberry, fairphone = phone
phone, cell, cellphone, smartphone, mobile, android, celular, móvil, handy = phone
iphone, iphones = iPhone phone
samsung, galaxy = Samsung Galaxy phone
pixel = Google Pixel phone
tablet, tableta = tablet
ipad = iPad tablet
windows = Windows
tv, tvs = TV
device, gadget = device
`;

/**
 * What people ask any shop with a screwdriver and an answering machine, and this trade doesn't do: it speaks against a
 * question unless a document has it in its title or a heading.
 */
export const OTHERS = `
hoverboard, hoverboards, segway, wheelchair battery, golf cart, skateboard, go kart, atv, gps for, garmin, truck, tesla, motorcycle, motorbike, scooter, bike, bikes, bicycle, ebike, e bike, car audio, car battery, fix my car, fix cars, repair my car, repair cars, dash cam, coche, bicicleta, fahrrad
washer, dryer, dryers, dishwasher, fridge, refrigerator, freezer, stove, microwave, toaster, blender, vacuum cleaner, vacuum cleaners, sewing machine
washing machine, coffee machine, air conditioner, furnace, light switch, toilet seat, lawn mower, lavadora, waschmaschine, kühlschrank, nevera
gameboy, sega, oculus, meta quest, minecraft, roblox, fortnite, steam account, playstation, ps4, ps5, xbox, nintendo, joycon, joy con, game console, consoles, steam deck, vr headset, arcade
gopro, dslr, drone, drones, camcorder, security camera, security cameras, security system, doorbell, digital camera
copy machine, copy machines, copier, copiers, coffee grinder, soundbar, bluetooth speaker, subwoofer, home theater, karaoke, alexa, echo dot, google home, smart home, thermostat, smart lock, ring camera, baby monitor, kindle, e reader, ereader, calculator, typewriter, projector, projectors, radio, radios, metal detector, walkie talkie, airpods, hearing aid, amplifier, guitar amp, guitar, piano, record player, turntable
garmin watch, my watch, smartwatch, apple watch, fitbit, wristwatch, jewelry, reloj, uhr, watch battery, watch batteries, watch strap
televisor, fernseher, mount a tv, tv mount
vhs, cassette, passport photo, passport photos, photo printing, print photos, business cards, flyers, poster, t shirt, 3d print, 3d printing, 3d printer, fax, notary, dvd transfer, to dvd
cut keys, copy keys, car key, car keys, house key, key fob, locksmith, engrave, engraving, laminate, weld, tattoo, haircut
your owner, bathroom, restroom, coffee shop, restaurant, hotel, atm, teach, lesson, lessons, tutor, tutoring, poem, joke, translate
a job, any jobs, job at, job opening, hiring, vacancy, career, careers, internship, apprenticeship, work for you, your ceo, who owns, arbeit, empleo, trabajo
sell gaming, sell refurbished, sell phone cases, sell cases, sell screen protectors, window tint, sell used, sell new, sell phones, sell iphones, sell laptops, sell macbooks, sell computers, sell consoles, sell games, sell tvs, sell tablets, sell ipads
buy a new, buy a used, buy a laptop, buy a phone, buy a computer, buy an iphone, laptop to buy, computer to buy, should i buy, best laptop, best phone, best antivirus
do you rent, rent out, rent a, for rent, phone plan, phone plans, phone contract, sim card, prepaid, gift card for, gift cards for, sell gift cards, sell gift card, franchise, investor
carrier, imei, sim lock, jailbreak, rooted, stolen, spy on, hack into, hack my, crack software, pirated
facebook page, facebook account, instagram account, instagram, tiktok, snapchat, netflix account, spotify account, refund from amazon, refund from ebay, craigslist, linkedin
microsoft office, office 365, powerpoint, excel, quickbooks, turbotax, autocad, adobe
internet provider, internet service, internet plan, cable tv, cell plan, best phone, best computer, best tablet
web design, seo, app development, python, javascript, vlookup, pivot table, photoshop
weather, forecast, president, capital of, tokyo, london, what time is it, stock price, horoscope, lottery, pizza
`;

/** What is wanted to be known. */
export const ASPECTS = `
price, cost, costs, fee, much, charge, pricing, expensive, cheap, cheapest, cuánto, cuesta, precio, cobran, kostet, kosten, preis = price costs
long, turnaround, soon, quick, quickly, fast, duration, when, cuánto tarda, dauert, wie lange = time takes
`;

/** Says nothing of what it is about, in the three languages: neither searched for nor missed. */
export const GENERAL = `
a about accept accepts after all already also always am an and another any anybody anyone anything are around as ask at away back bad be because been before being
best better big both bought bring brought but by bye call came can cant cannot come comes coming completely could couldnt currently customer install installed installing day days
did didnt do does doesnt doing done dont down each else end even ever every everything far feel few find fine first fix fixed fixing for from gave get
gets getting give go goes going gone gonna good got great guess guy guys had happen happened happening happens has have havent having he hello help her
here hey hi hint him his hold hope how howdy i id if ill im in insane inside instead into is isnt it its ive just keep keeps kid kind kinda know last
late lately later least left less let like little live look looking looks lost lot made make makes making many maybe me mean might mine mins minute
minutes mom month months more morning most my myself name near need needed needs never new next nice night no not nothing now number of off offer often
oh ok okay old on once one only open or other ought our out over own part parts people per person place please pls plz possible pretty probably problem
put question quite r rather really repair repairs repaired right said same say says see seem seems sell send service shall she shop should show side
since so some somebody someone something sometimes soon sorry start starts still stop stopped store such sure swap take taken takes tell than thank
thanks that thats the their them then there these they thing things think this those though through thx time times tip tips to today together told
tomorrow tonight too took tried try trying twice two u under until up upon us use used using usually very wait wanna want wants was wasnt way we week
weeks well went were what whats when where whether which while who whole whos why wife will wish with without wont wonder wondering work working works
would wouldnt wrong ya yall yeah year years yes yesterday yet you your youre yours replace replacement replacing replaced cost much break breaks broke
broken long day n ur b im ive dr mr hr hrs pm am
el la los las un una de del al y o que qué en es se me mi mis su tu por para con sin no sí si hay como cómo cuando cuándo donde dónde hago hacer puedo
puede pueden tengo tiene tienen está están cambiar arreglar reparan reparar nuevo nuevos nueva más muy usted ustedes hola gracias favor quiero necesito
der die das ein eine einen einem und oder ich du ihr wir sie es ist sind habt hat haben mein meine meinen mit für von zu auf im am nicht kann können
man wie was wann wo wer welche bitte danke hallo gibt macht machen repariert reparieren neuer neue neues neuen fürs beim
`;
