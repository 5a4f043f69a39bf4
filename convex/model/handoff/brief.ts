/** What rules can tell a technician of a conversation, from what the customer wrote. Pure; all of it bounded. */
import type { Capability, HandoffReason } from "../../validators";
import { capabilityFor } from "../agents/routing";
import { redactSecrets } from "../../lib/redact";
import { truncateText } from "../../lib/text";

/** Longest texts of a brief's fields, in UTF-16 code units; the model's are held to the same. */
export const BRIEF_CHARS = { device: 100, symptom: 300, step: 200, wants: 300, summary: 600 };
export const MAX_STEPS = 10;

const DEVICE =
  /\b(?:macbook(?: (?:pro|air))?|imac|mac mini|iphone(?: \d{1,2}(?: pro| plus| mini)?)?|ipad(?: (?:pro|air|mini))?|(?:samsung )?galaxy(?: [a-z]?\d{1,3})?|pixel \d|surface(?: (?:pro|laptop|go))?|chromebook|thinkpad(?: \w{1,6})?|(?:dell|hp|lenovo|asus|acer|msi|razer|epson|canon|brother)(?: (?:laptop|printer|pc|monitor|xps|pavilion|inspiron|envy|elitebook|ideapad|zenbook))?|laptop|notebook|desktop|tablet|phone|printer|router|monitor|hard drive|pc|computer)\b/i;
const TRIED =
  /^(?:(?:and|but|so) )?(?:i(?:'ve| have)? (?:already )?(?:tried|restarted|rebooted|reset|reinstalled|updated|replaced|cleaned|unplugged|checked|changed|removed)|(?:already )?tried)\b/i;

type RuleBrief = {
  device?: string;
  symptom?: string;
  stepsTried?: string[];
  wants?: string;
  skill?: Capability;
};

const WANTS: Partial<Record<HandoffReason, string>> = {
  customer_request: "A person",
  refund: "A refund",
  data_loss: "The data back",
  returning: "The technician again",
};

/** `texts`: what the customer wrote lately, newest first. The brief is without the secrets in them. */
export function briefOf(texts: string[], reason: HandoffReason): RuleBrief {
  const said = texts.map(redactSecrets);
  const device = said.map((text) => DEVICE.exec(text.slice(0, 2_000))?.[0]).find(Boolean);
  // The latest that says more than "a human please".
  const symptom = said.find((text) => text.trim().split(/\s+/).length > 4) ?? said[0];
  const steps = said
    .flatMap((text) => text.slice(0, 2_000).split(/[.!?\n;,]+/))
    .map((part) => part.trim())
    .filter((part) => TRIED.test(part))
    .slice(0, MAX_STEPS)
    .map((part) => truncateText(part, BRIEF_CHARS.step));
  const skill = capabilityFor(symptom?.slice(0, 2_000) ?? "");
  return {
    ...(device !== undefined && { device: truncateText(device, BRIEF_CHARS.device) }),
    ...(symptom !== undefined && { symptom: truncateText(symptom, BRIEF_CHARS.symptom) }),
    ...(steps.length > 0 && { stepsTried: steps }),
    ...(WANTS[reason] !== undefined && { wants: WANTS[reason] }),
    ...(skill !== "triage" && { skill }),
  };
}

/** Whoever wrote a brief, the model or a rule: a password that a customer gave is not copied into it. */
export const withoutSecrets = <B extends RuleBrief & { summary: string }>(brief: B): B => ({
  ...brief,
  summary: redactSecrets(brief.summary),
  ...(brief.device !== undefined && { device: redactSecrets(brief.device) }),
  ...(brief.symptom !== undefined && { symptom: redactSecrets(brief.symptom) }),
  ...(brief.stepsTried !== undefined && { stepsTried: brief.stepsTried.map(redactSecrets) }),
  ...(brief.wants !== undefined && { wants: redactSecrets(brief.wants) }),
});
