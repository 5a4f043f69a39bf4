import { expect, test } from "vitest";
import { ask, composer, screenshot, signIn, holdSite, type Site, thread } from "./harness";

let site: Site;
holdSite((started) => (site = started));

async function desk(email = "dana@computerguys.example") {
  const page = await site.visit("/desk");
  await signIn(site, page, email);
  await page.getByTestId("desk-list").waitFor();
  return page;
}

test("a technician takes over while the answer streams, answers, and gives it back", async () => {
  const ann = await site.visit();
  const dana = await desk();
  const held = site.providers.control.holdAfter(4, {
    match: "Take this over",
    text: "The assistant could go on and on for a long time.",
    chunks: 10,
  });
  await ask(ann, "Take this over");
  await held.reached;
  await dana.getByRole("tab", { name: /all/i }).click();
  await dana.getByTestId("desk-item").filter({ hasText: "Take this over" }).click();
  await dana.getByTestId("streaming-message").waitFor();
  await screenshot(dana, "desk-streaming");
  await dana.getByTestId("claim").click();
  await thread(ann).getByText("Dana Whitfield has joined the conversation.").waitFor();
  // The page still draws what was committed before the claim; then it says that the answer ends here.
  await ann.getByTestId("reply-ending").waitFor();
  const stopped = await ann.getByTestId("answer").innerText();
  held.release();

  await composer(dana).fill("Hello, Dana here. Bring it in today.");
  await composer(dana).press("Enter");
  await thread(ann).getByText("Bring it in today.").waitFor();
  expect(await ann.getByTestId("answer").innerText()).toBe(stopped);
  expect(stopped).not.toContain("long time");
  await ask(ann, "Thank you Dana");
  await dana.getByText("Thank you Dana").first().waitFor();
  await screenshot(dana, "desk-claimed");
  await screenshot(ann, "with-technician");

  await dana.getByRole("button", { name: "Internal note" }).click();
  await composer(dana).fill("Loyal customer, be generous.");
  await composer(dana).press("Enter");
  await dana.getByTestId("staff-note").waitFor();
  expect(await ann.getByText("Loyal customer").count()).toBe(0);

  site.providers.control.script({ match: "Thank you Dana", text: "Back with you." });
  await dana.getByTestId("release").click();
  await ann.getByText("Back with you.").first().waitFor();
});

test("asking for a person puts the conversation in the queue, with its brief", async () => {
  const ann = await site.visit();
  const dana = await desk();
  await ask(ann, "My laptop is very noisy");
  await ann.getByTestId("answer").waitFor();
  await ann.getByTestId("talk-to-a-person").click();
  await ann.getByLabel(/Anything they should know/).fill("It is a gaming laptop.");
  await ann.getByRole("button", { name: "Ask for a technician" }).click();
  await ann.getByTestId("queue-notice").waitFor();
  await screenshot(ann, "queued");
  await dana
    .getByTestId("desk-item")
    .filter({ hasText: "My laptop is very noisy" })
    .or(dana.getByTestId("desk-item").first())
    .first()
    .click();
  expect(await dana.getByTestId("brief").innerText()).toContain("It is a gaming laptop.");
  await screenshot(dana, "desk-brief");
});

test("a resolved conversation is found again in its list, and reopened", async () => {
  const ann = await site.visit();
  await ask(ann, "Where can I park?");
  await ann.getByTestId("answer").waitFor();
  const sam = await desk("owner@computerguys.example");
  const item = sam.getByTestId("desk-item").filter({ hasText: /parking/i });
  await sam.getByRole("tab", { name: /all/i }).click();
  await item.click();
  await sam.getByTestId("resolve").click();
  await item.waitFor({ state: "detached" });
  await sam.getByRole("tab", { name: "Resolved" }).click();
  await item.waitFor();
  await screenshot(sam, "desk-resolved");
  await sam.getByRole("button", { name: "Reopen" }).click();
  await item.waitFor({ state: "detached" });
});

test("a customer is refused at the desk in words", async () => {
  const page = await site.visit("/desk");
  await signIn(site, page, "customer@example.com");
  await page.getByTestId("desk-refusal").waitFor();
});

test("what a message hides is shown to whoever opens it on purpose, and to nobody else", async () => {
  const ann = await site.visit();
  const [dana, owner] = [await desk(), await desk("owner@computerguys.example")];
  await ask(ann, "My trackpad sticks, can I talk to a person? The pin for the laptop is 447193");
  for (const page of [dana, owner]) {
    await page.getByRole("tab", { name: /all/i }).click();
    await page.getByTestId("desk-item").filter({ hasText: "trackpad sticks" }).click();
    const message = page.getByTestId("customer-message").filter({ hasText: "trackpad sticks" });
    await message.getByRole("button", { name: "Show what is hidden" }).waitFor();
    expect(await page.locator("body").innerText()).not.toContain("447193");
  }
  await screenshot(dana, "desk-hidden");
  const show = dana.getByRole("button", { name: "Show what is hidden" });
  await show.click();
  await thread(dana).getByText("The pin for the laptop is 447193").waitFor();
  expect(await show.count()).toBe(0);
  await screenshot(dana, "desk-opened");
  expect(await owner.locator("body").innerText()).not.toContain("447193");
  const opened = await site.deployment.engine.system("", (db) =>
    [...db.documents("analytics")].filter(({ type }) => type === "original_opened"),
  );
  expect(opened).toHaveLength(1);
  // It was opened for this look: who comes back opens it again, and is on record again.
  await dana.reload();
  await dana.getByRole("tab", { name: /all/i }).click();
  await dana.getByTestId("desk-item").filter({ hasText: "trackpad sticks" }).click();
  await dana.getByRole("button", { name: "Show what is hidden" }).waitFor();
  expect(await dana.locator("body").innerText()).not.toContain("447193");
  // The author reads what they wrote.
  await thread(ann).getByText("The pin for the laptop is 447193").waitFor();
});
