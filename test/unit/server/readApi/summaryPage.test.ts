import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { Summary } from "../../../../src/routing/explain/explanation.js";
import { readListQuery } from "../../../../src/server/readApi/listQuery.js";
import { countsOf, pageOf, rankOf } from "../../../../src/server/readApi/summaryPage.js";
import { madeSummary } from "../../../support/dashboard/madeSummary.js";

const runs = { seed: 7, numRuns: 200 };

const summary: fc.Arbitrary<Summary> = fc
  .record({
    namespace: fc.constantFrom("a", "b-1", "b.c"),
    name: fc.integer({ min: 0, max: 60 }).map((number) => `map-${number}`),
    ready: fc.constantFrom("True", "False", "Unknown"),
    phase: fc.constantFrom("Active", "Idle", "Draining"),
  })
  .map(({ namespace, name, ready, phase }) => {
    const made = madeSummary(name, { namespace, ready });
    return { ...made, versions: made.versions.map((version) => ({ ...version, phase })) };
  });
const summaries = fc.uniqueArray(summary, { selector: ({ uid }) => uid, maxLength: 40 });

function query(text: string) {
  const read = readListQuery(new URLSearchParams(text));
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

describe("a page of summaries", () => {
  test("pages put together are the whole list, once each, what has trouble first", () => {
    fc.assert(
      fc.property(summaries, fc.integer({ min: 1, max: 7 }), (all, limit) => {
        const found: Summary[] = [];
        let token: string | undefined;
        do {
          const page = pageOf(all, query(`limit=${limit}${token === undefined ? "" : `&continue=${token}`}`));
          expect(page.items.length).toBeLessThanOrEqual(limit);
          expect(page.matched).toBe(all.length);
          found.push(...page.items);
          token = page.continue;
        } while (token !== undefined);
        expect(new Set(found)).toEqual(new Set(all));
        expect(found.length).toBe(all.length);
        const ranks = found.map(rankOf);
        expect(ranks).toEqual([...ranks].sort());
      }),
      runs,
    );
  });

  test("an item that goes between two pages hides none of the others", () => {
    const all = ["a", "b", "c", "d"].map((name) => madeSummary(name));
    const first = pageOf(all, query("limit=2"));
    const left = all.filter(({ name }) => name !== "b");
    const second = pageOf(left, query(`limit=2&continue=${first.continue ?? ""}`));
    expect(second.items.map(({ name }) => name)).toEqual(["c", "d"]);
  });

  test("counts are of all that may be seen, and sum up to them", () => {
    fc.assert(
      fc.property(summaries, (all) => {
        const { trouble, unknown, moving, ready } = countsOf(all);
        expect(trouble + unknown + moving + ready).toBe(all.length);
        expect(trouble).toBe(all.filter((one) => one.ready === "False").length);
      }),
      runs,
    );
    const page = pageOf(
      [madeSummary("x"), madeSummary("y", { namespace: "other", ready: "False" })],
      query("namespace=shop"),
    );
    expect(page.counts).toEqual({ trouble: 0, unknown: 0, moving: 0, ready: 1 });
  });

  test("every word of a search must be found in the name, a version or a reason", () => {
    const all = [madeSummary("checkout"), madeSummary("cart", { reason: "GatewayNotReady" })];
    const names = (search: string): readonly string[] =>
      pageOf(all, query(`search=${search}`)).items.map(({ name }) => name);
    expect(names("CHECKOUT-V2")).toEqual(["checkout"]);
    expect(names("gatewaynot+cart")).toEqual(["cart"]);
    expect(names("shop/c")).toEqual(["cart", "checkout"]);
    expect(names("cart+checkout")).toEqual([]);
  });

  test("weights that are not stored as wanted, and versions on their way, count as moving", () => {
    const still = madeSummary("still");
    const [first, second] = still.versions;
    if (first === undefined || second === undefined) throw new Error("there are two");
    expect(rankOf(still)).toBe(3);
    expect(rankOf({ ...still, versions: [first, { ...second, phase: "Draining" }] })).toBe(2);
    expect(rankOf({ ...still, versions: [first, { ...second, weight: { ...second.weight, wanted: 5 } }] })).toBe(2);
    expect(rankOf({ ...still, ready: "Unknown" })).toBe(1);
    expect(rankOf({ ...still, ready: "False" })).toBe(0);
  });
});

describe("the query of a list", () => {
  test.each([
    ["limit=0", "limit must be"],
    ["limit=501", "limit must be"],
    ["limit=ten", "limit must be"],
    ["wait=9", "wait must be"],
    ["wait=-1", "wait must be"],
    ["continue=zzz", "continue is not a token of ours"],
    [`continue=${Buffer.from("9 a/b").toString("base64url")}`, "continue is not a token of ours"],
    ["namespace=Shop!", "namespace must be"],
    ["page=2", 'there is no parameter "page"'],
    [`search=${"x".repeat(201)}`, "search may have 200 characters"],
  ])("%s is refused", (text, message) => {
    const read = readListQuery(new URLSearchParams(text));
    expect(read.ok ? "" : read.error).toContain(message);
  });

  test("nothing at all is the first hundred of everything", () => {
    expect(query("")).toEqual({ limit: 100, words: [], waitMs: 8_000 });
  });
});
