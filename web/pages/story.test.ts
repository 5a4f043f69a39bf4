/**
 * One customer's whole story in two browsers: an answer, a photo, a technician, gone, by e-mail, back, settled, rated,
 * and back once more; what a screen reader was told of it, and nothing for axe to find on the way.
 */
import { expect, test } from "vitest";
import {
  ask,
  composer,
  findAxeViolations,
  holdSite,
  listen,
  screenshot,
  signIn,
  thread,
  type Site,
} from "./harness";
import type { Page } from "playwright-core";

let site: Site;
holdSite((started) => (site = started));

const ADDRESS = "ann.story@example.com";
/** One pixel. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const photo = { name: "crack.png", mimeType: "image/png", buffer: Buffer.from(PNG, "base64") };

/** What both see of a step is looked at by axe, and kept as pictures. */
async function look(step: string, pages: Record<string, Page>): Promise<void> {
  for (const [who, page] of Object.entries(pages)) {
    await screenshot(page, `story-${step}-${who}`);
    expect(await findAxeViolations(page)).toEqual([]);
  }
}

async function answerByMail(text: string): Promise<void> {
  const mailbox = await site.visit("/icon.svg");
  await mailbox.goto(`${site.providers.url}/resend/inbox?to=${ADDRESS}`);
  await mailbox.getByRole("link", { name: "Answer this mail" }).first().click();
  await mailbox.getByLabel(`As ${ADDRESS}`).fill(text);
  await mailbox.getByRole("button", { name: "Send" }).click();
  await mailbox.getByRole("heading", { name: "Local inbox" }).waitFor();
  await mailbox.context().close();
}

test("from the first question to a rating and back again", { timeout: 300_000 }, async () => {
  let ann = await site.visit("/", { reducedMotion: "reduce" });
  let heard = await listen(ann);
  await ask(ann, "What does a screen repair cost?");
  await ann.getByTestId("answer").getByTestId("source-chip").first().waitFor();
  await look("answer", { ann });

  await ann.getByTestId("file-input").setInputFiles([photo]);
  await ann.locator("[data-testid=upload][data-state=ready]").waitFor();
  await ask(ann, "It looks like this");
  await ann.getByRole("img", { name: photo.name }).waitFor();
  await ann.getByTestId("answer").nth(1).waitFor();
  await look("photo", { ann });

  await ann.getByTestId("talk-to-a-person").click();
  await ann.getByRole("button", { name: "Ask for a technician" }).click();
  await ann.getByTestId("queue-notice").waitFor();
  await ann.getByRole("button", { name: "Leave a contact" }).click();
  await ann.getByLabel("E-mail or phone number").fill(ADDRESS);
  await ann.getByRole("button", { name: "Save" }).click();
  await ann.getByText(ADDRESS).first().waitFor();

  const dana = await site.visit("/desk", { reducedMotion: "reduce" });
  await signIn(site, dana, "dana@computerguys.example");
  await dana.getByTestId("desk-item").first().click();
  await dana.getByRole("img", { name: photo.name }).waitFor();
  await look("waiting", { ann, dana });
  await dana.getByTestId("claim").click();
  await dana.getByTestId("release").waitFor();
  await composer(dana).fill("That is the screen alone. One moment, please.");
  await ann.getByTestId("typing-line").getByText("Dana Whitfield is typing…").waitFor();
  await composer(dana).press("Enter");
  await ann.getByTestId("technician-message").waitFor();
  await thread(dana).getByTestId("seen").waitFor();
  await look("claimed", { ann, dana });
  expect(await heard()).toEqual([
    expect.stringMatching(/^polite: Repair Bench: .*11–14 inch, no touch: \$179/),
    expect.stringMatching(/^polite: Repair Bench: .* hand you over to a technician\?$/),
    expect.stringMatching(/^polite: I've passed this to our technicians/),
    "polite: Dana Whitfield has joined the conversation.",
    "polite: Dana Whitfield is typing.",
    "polite: Dana Whitfield: That is the screen alone. One moment, please.",
  ]);

  const browser = ann.context();
  await ann.close();
  await composer(dana).fill("It is in stock: come by at any time.");
  await composer(dana).press("Enter");
  // Once the page had its minute to show it.
  const mails = () => site.providers.control.emails(ADDRESS);
  await expect.poll(() => mails().length, { timeout: 150_000, interval: 1_000 }).toBe(1);
  expect(mails()[0]!.text).toContain("It is in stock: come by at any time.");
  await answerByMail("I will be there at five.");
  await thread(dana).getByText("I will be there at five.").waitFor();

  ann = await browser.newPage();
  await ann.goto(site.url);
  await thread(ann).getByText("I will be there at five.").waitFor();
  heard = await listen(ann);
  await look("back", { ann, dana });
  await dana.getByTestId("resolve").click();
  await ann.getByRole("radio", { name: /^5 of 5/ }).click();
  await ann.getByText("Thank you for telling us.").waitFor();
  await look("rated", { ann, dana });

  await ask(ann, "Do you have a case for it, too?");
  await ann.getByTestId("rating").waitFor({ state: "detached" });
  await dana.getByRole("tab", { name: "All open" }).click();
  await dana.getByTestId("desk-item").filter({ hasText: ADDRESS }).first().waitFor();
  await look("reopened", { ann, dana });
  await expect
    .poll(heard)
    .toEqual([
      "polite: Our team has closed this conversation. Write again any time and it opens again.",
      expect.stringMatching(/^polite: Good to see you again\. .* technicians to take over here\?/),
      expect.stringMatching(/^polite: Repair Bench: /),
    ]);
});
