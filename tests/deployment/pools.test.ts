/** Whoever waits for an answer doesn't wait behind what may take long. */
import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import { background, workflow } from "../../convex/lib/workflow";
import { SECOND } from "../../convex/lib/time";
import { admin, control, hush, snapshot } from "../setup";
import { later, newPhone, sentTo, smsShop, text } from "../sms/shop";
import type { Doc } from "../../convex/_generated/dataModel";

test("with eight documents being read in while embeddings stall, a texted question is answered", async () => {
  hush();
  const t = await smsShop();
  const sam = await admin(t);
  await control("/faults", { provider: "openai", kind: "stall", times: "always" });
  for (let i = 0; i < 8; i++) {
    await sam.t.mutation(api.knowledge.addDocument, {
      title: `Printers ${i}`,
      category: "prices",
      format: "text",
      body: `A printer of kind ${i} is cleaned for $${i}0.`,
    });
  }
  // Until they are at work.
  for (let i = 0; i < 5; i++) await later(t);
  const phone = newPhone();
  const asked = Date.now();
  await text(t, phone, "How much is a laptop screen?");
  await later(t);
  expect(Date.now() - asked).toBeLessThan(20 * SECOND);
  expect((await sentTo(phone))[0]!.body).toContain("$179");
  const { knowledge } = await snapshot(t);
  const reading = (knowledge as Doc<"knowledge">[]).filter(
    (row) => row.kind === "document" && row.state === "ingesting",
  );
  expect(reading.length, "still being read in").toBeGreaterThan(4);
});

/** A deployment of the free class runs so many scheduled jobs at a time. */
const SCHEDULED_JOBS = 8;

test("the pools together leave replies, and the pools' own loops, three of a small deployment's jobs", () => {
  const sizes = [workflow, background].map(
    ({ options }) => options?.workpoolOptions?.maxParallelism ?? Infinity,
  );
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(SCHEDULED_JOBS - 3);
});
