/** Every fault of every provider: what customers and staff see, how soon, and what it costs. */
import { beforeEach, describe, expect, test } from "vitest";
import { control, hush } from "../setup";
import { observe } from "./harness";
import { FAULTS, MATRIX, PROVIDERS, rowsOf, type Fault } from "./matrix";
import page from "../../docs/faults.md?raw";

let logged: string[];
beforeEach(async () => {
  logged = hush();
  await control("/reset", {});
});

describe.each(PROVIDERS)("%s", (provider) => {
  test.each(Object.keys(FAULTS) as Fault[])("%s", async (fault) => {
    const { ms, requests, ...seen } = await observe(provider, fault);
    const { within, requests: most, ...told } = MATRIX[provider][fault];
    expect({ ...seen, requests, seconds: Math.ceil(ms / 1_000) }).toEqual({
      ...told,
      requests: most,
      seconds: expect.toSatisfy((seconds: number) => seconds <= within) as number,
    });
    // Whoever reads the log learns no words, addresses or numbers.
    expect(logged.join("\n")).not.toMatch(/laptop screen|fix that|@example|\+1614/i);
  });

  test("stands in docs/faults.md as it is here", () => {
    const section = page.split("\n## ").find((part) => part.startsWith(`${provider}\n`)) ?? "";
    const rows = section
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .slice(1)
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((text) => text.trim()),
      )
      .filter(([first]) => !/^-+$/.test(first!));
    expect(rows).toEqual(rowsOf(provider));
  });
});
