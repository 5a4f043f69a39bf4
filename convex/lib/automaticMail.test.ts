/** Which mails nobody wrote. */
import { expect, test } from "vitest";
import { addressIn, isAutomaticMail } from "./automaticMail";

test.each<[string, Record<string, string>]>([
  ["an automatic answer", { "Auto-Submitted": "auto-replied" }],
  ["what a machine sends", { "auto-submitted": "auto-generated; type=x" }],
  ["bulk", { Precedence: "bulk" }],
  ["an old automatic answer", { precedence: "AUTO_REPLY" }],
  ["Exchange's", { "X-Auto-Response-Suppress": "OOF, AutoReply" }],
  ["a list's", { "List-Id": "<talk.example.com>" }],
  ["a bounce", { "Return-Path": "<>" }],
  ["a bounce with an empty path", { "return-path": "" }],
])("%s is automatic", (_, headers) => {
  expect(isAutomaticMail(headers, "ann@example.com")).toBe(true);
});

test.each(["MAILER-DAEMON@mx.example.com", "noreply@example.com", "no-reply@example.com"])(
  "so is what %s sends",
  (from) => expect(isAutomaticMail({}, from)).toBe(true),
);

test.each<[Record<string, string>]>([
  [{}],
  [{ "Auto-Submitted": "no" }],
  [{ Precedence: "normal" }],
  [{ "Return-Path": "<ann@example.com>", Subject: "Re: list-id" }],
  [{ "X-Auto-Response-Suppress": "None" }],
])("a person's %j is not", (headers) => {
  expect(isAutomaticMail(headers, "norbert@example.com")).toBe(false);
});

test.each([
  ["Ann <Ann@Example.com>", "ann@example.com"],
  ["ann@example.com", "ann@example.com"],
  ['"<x@y.z>" <a@b.c>', "a@b.c"],
  ["", ""],
])("the address in %s", (from, address) => expect(addressIn(from)).toBe(address));
