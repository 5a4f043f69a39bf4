/**
 * What each command of the pages must do when it is typed as it stands there. The pages are one terminal: they are
 * read in this order, and what a command starts or exports is there for the ones below it.
 */
import type { Expectation } from "./parse";

const prints = (expected: RegExp): Expectation => ({ kind: "run", mode: "ends", expected });
const stays = (expected: RegExp): Expectation => ({ kind: "run", mode: "stays", expected });
const watches = (expected: RegExp): Expectation => ({ kind: "run", mode: "watches", expected });
const silent = prints(/^$/);
const byCi: Expectation = { kind: "by-ci" };
const needsAnAccount: Expectation = { kind: "not-run", reason: "needs an account" };

export const PAGES: Record<string, Record<string, Expectation>> = {
  "README.md": {
    "npx pnpm demo": stays(/Stop with Ctrl-C\n\n/),
    "npx pnpm test": byCi,
    'node examples/chat.mjs "How much is a screen replacement and how long does it take?"': prints(
      /\$\d+[\s\S]*\(complete\)[\s\S]*\[1\]/,
    ),
    "npx convex dev --once --configure new": needsAnAccount,
    "npx pnpm run setup --admin you@example.com": needsAnAccount,
    "npx pnpm run setup --prod --admin you@example.com": needsAnAccount,
    "npx pnpm run deploy:prod": needsAnAccount,
    "npx convex run --prod migrations:runAll": needsAnAccount,
  },
  "docs/cli.md": {
    ". .local/cli.env": silent,
    "npx convex run seed:progress": prints(/"published": 44/),
    "npx convex run --inline-query 'await ctx.db.query(\"agents\").take(2)'": prints(/"slug": "/),
    "npx convex data users": prints(/owner@computerguys\.example/),
    "npx convex function-spec": prints(/"identifier": "messages\.js:sendMessage"/),
    "npx convex logs --history 20 --success": watches(
      /\[CONVEX .*\(.+\)\] Function executed in \d+ ms/,
    ),
    'npx convex env set SHOP_NAME "My shop"': prints(/Successfully set SHOP_NAME/),
    "npx convex env get SHOP_NAME": prints(/^My shop/),
    "npx convex env list --names-only": prints(/SHOP_NAME/),
    "npx convex env remove SHOP_NAME": prints(/Successfully unset SHOP_NAME/),
    "npx convex dev --once": prints(/Convex functions ready/),
    "npx convex dev": watches(/Convex functions ready/),
    "npx pnpm run export --include-file-storage --path snapshot.zip": prints(
      /Downloaded snapshot export to .*snapshot\.zip[\s\S]*It is on record/,
    ),
    "npx convex import --replace-all --yes snapshot.zip": prints(/Added \d+ documents/),
    "npx convex run --component workflow/workpool kick:forceKick": silent,
    "npx convex run --component background/workpool kick:forceKick": silent,
    ": > empty.jsonl && npx convex import --table rateLimits --replace --yes empty.jsonl": prints(
      /Added 0 documents to table "rateLimits"/,
    ),
    "npx pnpm run deploy": prints(/Deploying to development: the self-hosted deployment at http/),
    "npx pnpm run embed": prints(/Every document has its vectors of text-embedding-3-small/),
    "npx pnpm run add-file examples/prices.html --category prices": prints(
      /"Data recovery prices" \(prices\) is published: \d passages/,
    ),
    "npx pnpm run import-articles examples/zendesk-articles.json --from zendesk --category help":
      prints(/1 drafts added, 0 updated, 0 as they were, 1 not public/),
    "npx pnpm codegen": prints(/Generating TypeScript bindings/),
    "npx pnpm run setup --admin you@example.com --name You --no-seed --yes": prints(/https?:\/\//),
    "npx convex run cli:providers": prints(/"provider": "model"/),
    'npx convex run knowledge:setShopHours "$(cat examples/opening-hours.json)"':
      prints(/"note": "Saved/),
    'npx convex run holidays:previewShopHolidays \'{"source": {"kind": "region", "region": "US-OH"}}\'':
      prints(/"name": "Thanksgiving Day",\s+"verdict": "closes"/),
    'npx convex run holidays:importShopHolidays \'{"source": {"kind": "region", "region": "US-OH"}, "except": ["2027-10-11"]}\'':
      prints(/"verdict": "left_out"/),
    'npx convex run holidays:previewShopHolidays "$(node -p \'JSON.stringify({ source: { kind: "ical", text: fs.readFileSync("examples/holidays.ics", "utf8") } })\')"':
      prints(/"name": "Summer break"/),
    'npx convex run cli:addUrl \'{"url": "https://shop.example/prices", "category": "prices"}\'':
      prints(/^"\w+"/),
    'npx convex run cli:addSite \'{"url": "https://shop.example", "category": "website"}\'':
      prints(/^"\w+"/),
    "npx convex run cli:sourceNews": prints(/^\[/),
    'npx convex run cli:createUser \'{"email": "kim@example.com", "name": "Kim"}\'':
      prints(/^"\w+"/),
    'npx convex run cli:getUserByEmail \'{"email": "kim@example.com"}\'': prints(
      /"email": "kim@example\.com"/,
    ),
    'npx convex run cli:setBlocked \'{"email": "kim@example.com", "blocked": true}\'': silent,
    'npx convex run cli:createAgent "$(cat examples/agent.json)"': prints(/^"\w+"/),
    'npx convex run cli:updateAgent \'{"slug": "printers", "priority": 2}\'': silent,
    'npx convex run cli:setLinkHosts \'{"hosts": ["book.example.com", "*.example.org"]}\'':
      prints(/"\*\.example\.org"/),
    "npx convex run cli:gaps": prints(/^\[/),
    'npx convex run cli:startTrial "$(cat examples/trial.json)"': prints(/^"\w+"/),
    'npx convex run cli:trial \'{"trialId": "…"}\'': {
      kind: "not-run",
      reason: "The id that the first line prints is for the second",
    },
    'npx convex run cli:addDocument "$(cat examples/document.json)"': prints(/^"\w+"/),
    'npx convex run cli:unpublish \'{"slug": "printer-cleaning"}\'': silent,
    'npx convex run cli:publish \'{"slug": "printer-cleaning"}\'': silent,
    'npx convex run cli:replaceDocument "$(cat examples/document.json)"': silent,
    'npx convex run cli:versions \'{"slug": "printer-cleaning"}\'': prints(/"version": 1/),
    'npx convex run cli:takeBack \'{"slug": "printer-cleaning", "to": 1}\'': {
      kind: "not-run",
      reason: "The example says what its version 1 said",
    },
    'npx convex run cli:setExpiry \'{"slug": "printer-cleaning", "expiresAt": null}\'': silent,
    'npx convex run cli:recalls \'{"slug": "battery-replacement"}\'': prints(/"page": \[\]/),
    'npx convex run cli:tell \'{"slug": "battery-replacement"}\'': prints(/^"\w+"/),
    'npx convex run cli:remove \'{"slug": "printer-cleaning"}\'': silent,
    'npx convex run migrations:run \'{"fn": "m0001_resolved_at", "dryRun": true}\'':
      prints(/"dryRun"/),
    "npx convex run migrations:runAll": prints(/m0007/),
    "npx convex run --watch migrations:status": watches(/m0001/),
  },
  "docs/using-the-package.md": {
    // `client/install.cli.test.ts` runs it in an empty folder.
    "npm install convex@1.48 react@19 react-dom@19": {
      kind: "not-run",
      reason: "A project of its own",
    },
    "npx pnpm --filter @computer-guys/example-widget dev --host 127.0.0.1 --port 5174":
      watches(/http:\/\/.*:5174/),
  },
  "CONTRIBUTING.md": {
    "npx pnpm test": byCi,
    "npx pnpm test:cli": byCi,
    "npx pnpm test:pages": byCi,
    "npx pnpm lighthouse": byCi,
    "npx pnpm lint": byCi,
    "npx pnpm typecheck": byCi,
    "npx pnpm readme": byCi,
    "npx pnpm bench": byCi,
  },
};

/** Pages with command blocks that no run of this check types, and why. */
export const NOT_TYPED: Record<string, string> = {
  "docs/mutants.md": "minutes to hours each; bench/mutants/ tests its table and how it is read",
  "docs/widget.md": "web/pages/widget.test.ts builds with the same variable",
  "docs/deploy.md": "a real deployment, most of it with an account; each command says so",
  "docs/migrations.md": "a story over several releases; its commands are in docs/cli.md",
  "docs/providers.md": "tests/replies/shapes.test.ts sets the same",
  "docs/numbers.md": "tests/analytics/replay.test.ts calls the same functions",
  "docs/security.md":
    "a variable that docs/cli.md sets likewise, and the suite's own fuzzing, for longer",
};
