/** What a question needs, by its words; and which agent then answers. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { api } from "../../_generated/api";
import { addAgent, customer, deployment } from "../../../tests/setup";
import { vCapability, type Capability } from "../../validators";
import { capabilityFor } from "./routing";
import { anyText } from "../../../tests/arbitraries";

test.each<[string, Capability]>([
  ["I want a refund for my invoice", "billing"],
  ["I'm locked out of my account", "accounts"],
  ["Can you recover lost photos?", "data"],
  ["The wi-fi is gone, and the router blinks", "network"],
  ["My laptop screen is cracked", "hardware"],
  ["My PC is slow, maybe a virus", "software"],
  ["Hello there", "triage"],
  ["", "triage"],
])("%j goes to %s", (question, capability) => {
  expect(capabilityFor(question)).toBe(capability);
});

test("words count, not parts of words or their case", () => {
  expect(capabilityFor("REFUND")).toBe("billing");
  expect(capabilityFor("The supporting cast was refundamental")).toBe("triage");
});

test("any text has a capability", () => {
  const known = vCapability.members.map((member) => member.value);
  fc.assert(
    fc.property(anyText(80), (text) => {
      expect(known).toContain(capabilityFor(text));
    }),
  );
});

test("the capable agent with the highest priority answers; any active one rather than none", async () => {
  const t = deployment();
  const ann = await customer(t);
  const answers = async (capability: Capability) =>
    (await ann.t.query(api.agents.getAvailableAgent, { capability }))?.name;
  expect(await answers("network")).toBeUndefined();
  await addAgent(t, { slug: "desk", name: "Desk", capabilities: ["triage"], priority: 5 });
  await addAgent(t, { slug: "low", name: "Low", capabilities: ["network"], priority: 1 });
  expect(await answers("network")).toBe("Low");
  await addAgent(t, { slug: "high", name: "High", capabilities: ["network"], priority: 2 });
  await addAgent(t, { slug: "off", name: "Off", capabilities: ["network"], status: "paused" });
  expect(await answers("network")).toBe("High");
  expect(await answers("billing")).toBe("Desk");
});
