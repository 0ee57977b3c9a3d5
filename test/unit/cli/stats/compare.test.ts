import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { binomialDraw, fisherExact, seededRng } from "../../../../src/stats/index.js";
import { stats, statsJson, withFile } from "../../../support/statsCommand.js";

/** Batches of two versions as CSV; the rate of both and the share of b move from look to look. */
function csv(batches: number, effect: number, seed: number): string {
  const rng = seededRng(seed);
  const lines = ["batch,version,x,n"];
  for (let i = 0; i < batches; i++) {
    const part = i / Math.max(1, batches - 1);
    const nB = Math.round(2000 * (0.05 + 0.9 * part));
    const p = 0.08 + 0.04 * part;
    lines.push(
      `${i},a,${binomialDraw(rng, 2000 - nB, p)},${2000 - nB}`,
      `${i},b,${binomialDraw(rng, nB, p + effect)},${nB}`,
    );
  }
  return lines.join("\n");
}

describe("one look at versions", () => {
  test("gives two rates an exact test, the difference, the ratio, and what it does not show", async () => {
    const { code, out, err } = await stats(["compare", "stable=120/2400", "new=171/2390"]);
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out).toContain("new against stable: higher (p = 0.002)");
    expect(out).toContain("  stable      5 % (120 of 2400)\n");
    expect(out).toMatch(/difference {2}\+2\.155 points, 95 % interval \+0\.80\d+ to \+3\.51\d+/);
    expect(out).toContain("one look at a time that was fixed beforehand");
    expect(out).toContain("if this was one of many looks");
  });

  test("is the engine's, to the last digit", async () => {
    expect(await statsJson(["compare", "a=12/240", "b=17/239"])).toMatchObject({
      command: "compare",
      kind: "rate",
      baseline: "a",
      test: { horizon: "fixed-horizon" },
      versions: [
        { name: "a", total: { n: 240, x: 12 } },
        { name: "b", total: { n: 239, x: 17 } },
      ],
      comparisons: [
        {
          version: "b",
          verdict: "undecided",
          pValue: fisherExact([
            [12, 228],
            [17, 222],
          ]),
        },
      ],
    });
  });

  test("takes events per exposure and means, and a lower level", async () => {
    const counts = await stats(["compare", "--kind", "count", "stable=31/7200", "new=55/7150"]);
    expect(counts.out).toMatch(/higher \(p = 0\.012\)[\s\S]*ratio {3}× 1\.787, 95 % interval 1\.13 to 2\.871/);
    expect((await stats(["compare", "--kind", "count", "--alpha", "0.01", "a=31/7200", "b=55/7150"])).out).toMatch(
      /undecided \(p = 0\.012\)[\s\S]*99 % interval/,
    );
    const means = await stats(["compare", "--kind", "mean", "stable=212.5,3600,900", "new=205.1,3400,880"]);
    expect(means.out).toMatch(/new against stable: lower[\s\S]*difference {2}−7\.4, 95 % interval −12\.\d+ to −1\.\d+/);
  });

  test("corrects for several candidates and compares with the baseline that is asked for", async () => {
    const answer = await statsJson(["compare", "--baseline", "c", "a=50/1000", "b=50/1000", "c=71/1000"]);
    expect(answer).toMatchObject({ baseline: "c", comparisons: [{ version: "a" }, { version: "b" }] });
    const { out } = await stats(["compare", "--baseline", "c", "a=50/1000", "b=50/1000", "c=71/1000"]);
    expect(out).toMatch(/p = 0\.06\d?, corrected 0\.1/);
  });

  test("reads raw values, single or in lists, as their moments", async () => {
    const rows = [10, 12, 14].map((value) => `a,${value}`).concat([11, 13, 18].map((value) => `b,${value}`));
    const fromCsv = await statsJson(["compare", "-f", "-"], ["version,value", ...rows].join("\n"));
    const list = '[{"version":"a","value":[10,12,14]},{"version":"b","value":[11,13,18]}]';
    expect(await statsJson(["compare", "-f", "-"], list)).toEqual(fromCsv);
    expect(fromCsv).toMatchObject({ kind: "mean", versions: [{ total: { n: 3, mean: 12, variance: 4 } }, {}] });
  });

  test("without data, spread or events says so in words", async () => {
    expect((await stats(["compare", "a=0/0", "b=3/10"])).out).toContain("b against a: no data\n");
    expect((await stats(["compare", "--kind", "mean", "a=5,0,10", "b=6,0,10"])).out).toContain("no value varies");
    expect((await stats(["compare", "--kind", "count", "a=0/10", "b=0/10"])).out).toContain(
      "nothing happened in either",
    );
    const endless = await statsJson(["compare", "--kind", "count", "a=0/10", "b=9/10"]);
    expect(endless).toMatchObject({ comparisons: [{ verdict: "higher", effect: { estimate: null, high: null } }] });
  });
});

describe("versions batch by batch", () => {
  test("are not told apart by a drift that the ramp follows, while added up they would be", async () => {
    await withFile("ramp.csv", csv(50, 0, 1), async (file) => {
      const always = await stats(["compare", "-f", file]);
      expect(always.out).toContain("b against a: undecided");
      expect(always.out).toContain("valid however often one looks");
      expect(always.out).toContain("not to be concluded:\n  - that undecided versions are equal");
      const once = await stats(["compare", "-f", file, "--test", "fixed-horizon"]);
      expect(once.out).toContain("b against a: higher");
      expect(once.out).toContain("50 batches were added up");
    });
  });

  test("name what is better and which version is best", async () => {
    await withFile("ab.csv", csv(60, 0.02, 2), async (file) => {
      const { out } = await stats(["compare", "-f", file, "--better", "higher"]);
      expect(out).toContain("b against a: better (higher)");
      expect(out).toContain("best: b, certainly");
      expect((await stats(["compare", "-f", file, "--better", "lower"])).out).toMatch(/worse \(higher\)[\s\S]*best: a/);
      expect(await statsJson(["compare", "-f", file, "--better", "higher"])).toMatchObject({
        best: "b",
        batches: 60,
        comparisons: [{ better: true, verdict: "higher", evidence: {} }],
      });
    });
  });

  test("of events have a ratio whose interval may be looked at always", async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `${i},a,10,100\n${i},b,15,100`);
    const { out } = await stats(["compare", "-f", "-"], ["batch,version,x,exposure", ...lines].join("\n"));
    expect(out).toMatch(/higher \(p = [\d.e-]+\)[\s\S]*ratio {5}× 1\.5, 95 % interval 1\.2\d+ to 1\.8\d+/);
  });

  test("say what is missing where the interval cannot be told yet", async () => {
    const lines = ["batch,version,mean,variance,n", "1,a,5,1,20", "1,b,5,1,20", "2,a,5,1,20", "2,b,6,1,20"];
    const { out } = await stats(["compare", "-f", "-"], lines.join("\n"));
    expect(out).toContain("undecided (p = 1)");
    expect(out).toContain("it takes 100 values of each");
  });

  test("in any order of the rows within a batch, and as CSV or JSON lines, give the same answer", async () => {
    const lines = csv(8, 0.03, 3).split("\n").slice(1);
    const asJson = lines.map((line) => {
      const [batch = "", version = "", x = "", n = ""] = line.split(",");
      return JSON.stringify({ n: Number(n), x: Number(x), version, batch: Number(batch) });
    });
    const words = ["compare", "-f", "-", "--baseline", "a"];
    const want = await statsJson(words, csv(8, 0.03, 3));
    expect(await statsJson(words, asJson.join("\n"))).toEqual(want);
    expect(await statsJson(words, `[${asJson.join(",\n")}]`)).toEqual(want);
  });
});

describe("what cannot be compared is told with its place and what to write instead", () => {
  test.each([
    ["version,x,n\na,5,3\nb,1,4", "-:2:3: x: 5 is not possible; give at most n = 3"],
    ["version,x,n\na,1,3\nb,NaN,4", '-:3:3: x: "NaN" is no finite number; write one'],
    ["version,x,n\na,-1,3\nb,1,4", "-:2:3: x: -1 is not possible; give a whole number of at least 0"],
    ["version,x,n\na,1,3\nb,1", "-:3:1: n: there is no value; write one"],
    [
      "version,x,n\na,1,3\na,1,4",
      '-:3:1: version: "a" is there twice; tell batches apart by a column batch, or add the rows up',
    ],
    ["vesion,x,n\na,1,3", '-:2:1: version: this column is missing; is "vesion" meant?'],
    ["version,x,x\na,1,3", "-:1:11: x: this column is there twice; name each column once"],
    ["version,x,n\na,1,3,9", "-:2:7: 9: there are 3 columns and this is one more; quote what has a comma"],
    [
      'version,x,n\n"a,1,3',
      '-:2:1: row: "\\"" is not expected here; close the quotes in the same line, write " inside them as ""',
    ],
    ["version,x,n\n", "-: document: there are no rows; write a line of names, then the rows"],
    ["", "-: document: there are no rows; write a line of names, then the rows"],
    ['[{"version":"a","x":1,"n":NaN}]', '-:1:27: JSON: found "NaN"; write a number or a text in quotes here'],
    ['[{"version":"a",\n  "x":1 "n":2}]', '-:2:9: JSON: found "\\"n\\""; write a comma or } here'],
    ['{"version":"a","x":1,"n":9e999}', '-:1:26: n: "9e999" is no finite number; write one'],
    ['[{"version":"a"', "-:1:16: JSON: found the end of the text; write a comma or } here"],
    [
      "version,mean,variance,n\na,1,-3,5\nb,1,1,5",
      "-:2:5: variance: -3 is not possible; give a finite number of at least 0",
    ],
    ["version,x,exposure\na,1,0\nb,1,2", "-:2:5: exposure: 0 is not possible; give an exposure for 1 events"],
  ])("%j", async (text, line) => {
    const { code, out, err } = await stats(["compare", "-f", "-"], text);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err[0]).toBe(line);
  });

  test.each([
    [[], "nothing to compare: write NAME=EVENTS/TRIALS for each version, or --file FILE"],
    [["a=1/2"], "there is one version, a; a comparison takes two or more"],
    [["a=1", "b=2"], '"a=1" is not NAME=EVENTS/TRIALS; write for example stable=120/2400'],
    [["--kind", "mean", "a=1/2"], '"a=1/2" is not NAME=MEAN,VARIANCE,NUMBER; write for example stable=212.5,3600,900'],
    [["a=1/2", "b=1/2", "-f", "x"], "both --file and a=1/2 are given; leave one out"],
    [["--baseline", "aa", "a=1/2", "b=1/2"], '--baseline "aa" is no version; did you mean a?'],
    [["--alpha", "2", "a=1/2", "b=1/2"], "--alpha is 2; give a number between 0 and 1, both excluded"],
    [["--alpha", "5%", "a=1/2", "b=1/2"], '--alpha is "5%"; write a number'],
    [["--test", "always-valid", "a=1/2", "b=1/2"], "--test always-valid takes at least two batches"],
    [["-f", "/nowhere/x.csv"], "cannot read /nowhere/x.csv: ENOENT"],
  ])("%j", async (words, line) => {
    const { code, out, err } = await stats(["compare", ...words]);
    expect({ code, out, lines: err.length }).toEqual({ code: 1, out: "", lines: 1 });
    expect(err[0]?.startsWith(`pointsman: ${line}`)).toBe(true);
  });

  test("all at once, up to twenty", async () => {
    const text = ["version,x,n", ...Array.from({ length: 30 }, (_, i) => `v${i},9,1`)].join("\n");
    expect((await stats(["compare", "-f", "-"], text)).err).toHaveLength(20);
  });
});

test("whatever is read is answered or refused in a line, and no number in the answer is missing its value", async () => {
  const cell = fc.oneof(
    fc.nat(50).map(String),
    fc.constantFrom("", "-1", "NaN", "Infinity", "1e9", "0", "x", '"', "0.5"),
  );
  const line = fc
    .tuple(fc.nat(3).map(String), fc.constantFrom("a", "b", "c"), cell, cell)
    .map((cells) => cells.join(","));
  const head = fc.constantFrom(
    "batch,version,x,n",
    "batch,version,x,exposure",
    "batch,version,value,y",
    "batch,version,x",
  );
  await fc.assert(
    fc.asyncProperty(head, fc.array(line, { maxLength: 12 }), async (columns, lines) => {
      const { code, out, err } = await stats(["compare", "-f", "-", "-o", "json"], [columns, ...lines].join("\n"));
      expect(out).not.toMatch(/NaN|undefined/);
      expect(err.join("\n")).not.toMatch(/internal error/);
      expect(code === 0 ? err.length === 0 : err.length > 0 && out === "").toBe(true);
    }),
    { numRuns: 200, seed: 40 },
  );
});
