/** What the AI writes for a technician at the desk: drafts, summaries, translations. Seen there alone, sent as theirs. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  ask,
  composer,
  findAxeViolations,
  holdSite,
  screenshot,
  signIn,
  thread,
  type Site,
} from "./harness";

let site: Site;
holdSite((started) => (site = started));

/** One for all tests: codes are mailed to an address only so often. */
let desk: Page | undefined;

/** A customer who has asked something, and the technician who has it. */
async function taken(question: string): Promise<{ ann: Page; dana: Page }> {
  const ann = await site.visit();
  const dana = desk ?? (await site.visit("/desk"));
  if (desk === undefined) await signIn(site, dana, "dana@computerguys.example");
  desk = dana;
  await dana.setViewportSize({ width: 1280, height: 800 });
  await dana.emulateMedia({ colorScheme: "light" });
  await dana.getByTestId("desk-list").waitFor({ state: "attached" });
  await ask(ann, question);
  await ann.getByTestId("answer").waitFor();
  await dana.goto(`${site.url}/desk/${new URL(ann.url()).pathname.split("/").at(-1)}`);
  await dana.getByTestId("claim").click();
  await composer(dana).waitFor();
  return { ann, dana };
}
const panel = (page: Page) => page.getByTestId("draft-for-me");

test("a draft comes with its sources, is edited, and is sent as the technician's", async () => {
  const { ann, dana } = await taken("What does a cracked laptop screen cost");
  await composer(dana).fill("Hello!");
  await dana.getByRole("button", { name: "Draft for me" }).click();
  await dana.getByLabel(/What should it say/).fill("Say that we have one in stock.");
  const text = "A laptop screen is $179 [1]. It takes 9 weeks. We have one in stock.";
  const hold = site.providers.control.holdAfter(3, { text, chunks: 9 });
  await dana.getByLabel(/What should it say/).press("Enter");
  await hold.reached;
  await panel(dana).getByText("A laptop").waitFor();
  expect(await panel(dana).getByRole("button", { name: "Cancel the draft" }).count()).toBe(1);
  hold.release();
  await panel(dana).getByRole("group", { name: "Sources" }).waitFor();
  expect(await panel(dana).getByTestId("taken-out").innerText()).toContain("It takes 9 weeks.");
  await panel(dana).getByTestId("source-chip").first().click();
  await panel(dana).getByTestId("source-popover").waitFor();
  await dana.keyboard.press("Escape");
  await screenshot(dana, "desk-draft");
  expect(await findAxeViolations(dana)).toEqual([]);
  expect(await thread(ann).getByText("in stock").count()).toBe(0);

  await panel(dana).getByRole("button", { name: "Use this draft" }).click();
  expect(await composer(dana).inputValue()).toBe(
    "Hello!\n\nA laptop screen is $179. We have one in stock.",
  );
  await composer(dana).press("End");
  await composer(dana).pressSequentially(" Come by today.");
  await composer(dana).press("Enter");
  await thread(ann).getByText("Come by today.").waitFor();
  expect(await thread(ann).getByTestId("technician-message").last().innerText()).toContain("$179");
  expect(await panel(dana).count()).toBe(0);
});

test("one that is cancelled, or that fails, costs the technician nothing that they wrote", async () => {
  const { ann, dana } = await taken("Do you clean fans of consoles");
  await composer(dana).fill("My own words");
  const hold = site.providers.control.holdAfter(2, {
    text: "We do clean them.",
    chunks: 4,
  });
  await dana.getByRole("button", { name: "Draft for me" }).click();
  await dana.getByRole("button", { name: "Draft", exact: true }).click();
  await hold.reached;
  await panel(dana).getByRole("button", { name: "Cancel the draft" }).click();
  await panel(dana).waitFor({ state: "detached" });
  hold.release();
  site.providers.control.fault({
    provider: "openrouter",
    kind: "status",
    status: 401,
    times: "always",
  });
  await dana.getByRole("button", { name: "Draft for me" }).click();
  await dana.getByRole("button", { name: "Draft", exact: true }).click();
  await panel(dana).getByText("Draft again, or write it yourself.").waitFor();
  await screenshot(dana, "desk-draft-failed");
  expect(await composer(dana).inputValue()).toBe("My own words");
  expect(await thread(ann).getByTestId("technician-message").count()).toBe(0);
});

test("on a phone, and in the dark, a draft and its sources can be read", async () => {
  const { dana } = await taken("How long does a battery of a phone take");
  await dana.setViewportSize({ width: 390, height: 844 });
  await dana.emulateMedia({ colorScheme: "dark" });
  await dana.getByRole("button", { name: "Draft for me" }).click();
  await dana.getByRole("button", { name: "Draft", exact: true }).click();
  await panel(dana).getByRole("button", { name: "Draft again" }).waitFor();
  await screenshot(dana, "desk-draft-phone");
  expect(await findAxeViolations(dana)).toEqual([]);
  const { scrollWidth } = await dana.evaluate(() => ({ scrollWidth: document.body.scrollWidth }));
  expect(scrollWidth).toBeLessThanOrEqual(390);
});

test("a long conversation is summed up on ask, and again once somebody has written since", async () => {
  const { ann, dana } = await taken("My laptop is slow since the update");
  expect(await dana.getByTestId("summary").count()).toBe(0);
  for (const word of ["one", "two", "three", "four", "five", "six"]) {
    await ask(ann, `It has also done number ${word}`);
    await thread(dana).getByText(`number ${word}`).waitFor();
  }
  site.providers.control.script({ text: "- A slow laptop.\n- Six more faults." });
  await dana.getByRole("button", { name: "Sum up" }).click();
  await dana.getByTestId("summary").getByText("Six more faults.").waitFor();
  expect(await dana.getByRole("button", { name: "Sum up again" }).count()).toBe(0);
  await screenshot(dana, "desk-summary");
  expect(await findAxeViolations(dana)).toEqual([]);
  expect(await ann.getByText("Six more faults.").count()).toBe(0);
  await ask(ann, "And it squeaks");
  await dana.getByRole("button", { name: "Sum up again" }).waitFor();
});

test("a customer's words and the answer are translated, each original a click away, and nothing written is lost", async () => {
  const { ann, dana } = await taken("¿Cuánto cuesta una pantalla de portátil?");
  const { control } = site.providers;
  control.script({ text: '<t n="1" lang="es">How much is a laptop screen?</t>' });
  await dana.getByRole("button", { name: "Translate" }).click();
  const said = dana.getByTestId("customer-message").first();
  await said.getByText("How much is a laptop screen?").waitFor();
  await said.getByRole("button", { name: "Show the original (Spanish)" }).click();
  await said.getByText("¿Cuánto cuesta").waitFor();
  await said.getByRole("button", { name: "Show the translation" }).click();

  await composer(dana).fill("It is $179. Come by today.");
  const into = dana.getByRole("button", { name: "My answer into Spanish" });
  control.script({ text: "No." });
  await into.click();
  await dana
    .getByTestId("translation")
    .getByText(/could not be translated/)
    .waitFor();
  expect(await composer(dana).inputValue()).toBe("It is $179. Come by today.");
  control.script({ text: '<t n="1" lang="en">Cuesta $197. Venga hoy.</t>' });
  await into.click();
  await dana.getByTestId("translation").getByRole("alert").getByText("$179, $197").waitFor();
  await screenshot(dana, "desk-translation");
  expect(await findAxeViolations(dana)).toEqual([]);
  await dana.getByRole("button", { name: "Back to that" }).click();
  expect(await composer(dana).inputValue()).toBe("It is $179. Come by today.");
  control.script({ text: '<t n="1" lang="en">Cuesta $179. Venga hoy.</t>' });
  await into.click();
  await dana.getByText("You wrote:").waitFor();
  await composer(dana).press("Enter");
  await thread(ann).getByText("Cuesta $179. Venga hoy.").waitFor();
  expect(await ann.getByText("Come by today").count()).toBe(0);
  const own = dana.getByTestId("own-message").last();
  await own.getByRole("button", { name: /Sent in Spanish/ }).click();
  await own.getByText("Come by today.").waitFor();
  await screenshot(dana, "desk-translated");
});
