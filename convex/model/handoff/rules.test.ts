/** The rules on words: their tables of cases, and what may never change a decision. */
/// <reference types="vite/client" />
import { describe } from "vitest";
import { clausesOf } from "../../lib/words";
import { testTable } from "../../../tests/cases";
import { answerToOffer, reportsFailure } from "./answers";
import { dangerOf } from "./danger";
import { asksForPerson } from "./person";
import { topicOf } from "./topics";
import answerCases from "./answers.cases.txt?raw";
import dangerCases from "./danger.cases.txt?raw";
import failureCases from "./failures.cases.txt?raw";
import personCases from "./person.cases.txt?raw";
import topicCases from "./topics.cases.txt?raw";

const said = (yes: boolean) => (yes ? "yes" : "no");
const RULES: [string, string, number, (text: string) => string][] = [
  ["danger", dangerCases, 1_110, (text) => said(dangerOf(clausesOf(text)) !== null)],
  ["person", personCases, 1_180, (text) => said(asksForPerson(clausesOf(text)))],
  ["topics", topicCases, 1_235, (text) => topicOf(clausesOf(text)) ?? "none"],
  [
    "answers to an offer",
    answerCases,
    440,
    (text) => answerToOffer(text, clausesOf(text)) ?? "ask",
  ],
  ["failures", failureCases, 365, (text) => said(reportsFailure(clausesOf(text)))],
];

describe.each(RULES)("%s", (_name, raw, rows, judge) => testTable(raw, rows, judge));
