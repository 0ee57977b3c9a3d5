import { describe, expect, test } from "@jest/globals";

import { minimumDetectableEffect, sampleSize } from "../../../../src/stats/index.js";
import { stats, statsJson } from "../../../support/statsCommand.js";

describe("stats slo", () => {
  test("judges checks as they come and says when the verdict fell", async () => {
    const checks = ["3/500", "9/480", "14/510", "20/500"];
    const { out } = await stats(["slo", "--limit", "0.01", ...checks]);
    expect(out).toContain("at most 1 %: violated at check 4 of 4");
    expect(out).toContain("20 decides");
    expect(await statsJson(["slo", "--limit", "0.01", ...checks])).toMatchObject({
      command: "slo",
      limit: 0.01,
      versions: [{ verdict: "violated", checks: 4, decidedAt: 4, n: 1990, bad: 46 }],
    });
  });

  test("keeps undecided, satisfied and no data apart", async () => {
    const undecided = await stats(["slo", "--limit", "0.01", "3/500", "9/480", "14/510"]);
    expect(undecided.out).toMatch(/undecided\n[\s\S]*about \d+ more requests, if the rate stays/);
    expect((await stats(["slo", "--limit", "0.01", "0/5000"])).out).toContain("satisfied at check 1 of 1");
    const none = await stats(["slo", "--limit", "0.01", "0/20"]);
    expect(none.out).toContain("at most 1 %: no data\n");
    expect(none.out).toContain("about 30 more requests until there can be a verdict");
    expect(none.out).toContain("that no data are no errors");
    expect((await stats(["slo", "--limit", "0.01", "0/0"])).out).toContain("rate      no requests");
  });

  test("judges each version of a file, in either direction", async () => {
    const text = "version,bad,n\na,480,500\nb,499,500\na,470,500\nb,500,500\nb,499,500\nb,500,500";
    const { out } = await stats(["slo", "--limit", "0.99", "--direction", "at-least", "-f", "-"], text);
    expect(out).toMatch(/^a: at least 99 %: violated at check 1 of 2\n/);
    expect(out).toMatch(/^b: at least 99 %: satisfied at check \d of 4$/m);
  });

  test.each([
    [["1/2"], "pointsman: --limit is missing; write for example --limit 0.01"],
    [["--limit", "0", "1/2"], "pointsman: --limit is 0; give a number between 0 and 1, both excluded"],
    [["--limit", "0.1", "--min-requests", "-1", "1/2"], "pointsman: --min-requests needs a value"],
    [["--limit", "0.1", "--min-requests=-1", "1/2"], "pointsman: --min-requests is -1; give a whole number"],
    [["--limit", "0.1"], "pointsman: nothing to judge: write COUNTED/REQUESTS for each check, or --file FILE"],
    [["--limit", "0.1", "12"], 'pointsman: "12" is not COUNTED/REQUESTS; write for example 3/500'],
    [["--limit", "0.1", "3/2"], "3/2: bad: 3 is not possible; give at most n = 2"],
  ])("refuses %j", async (words, line) => {
    const { code, err } = await stats(["slo", ...words]);
    expect(code).toBe(1);
    expect(err[0]?.startsWith(line)).toBe(true);
  });
});

describe("stats srm", () => {
  test("sees a mismatch, and takes shares as percent or parts", async () => {
    const percent = await statsJson(["srm", "a=5300/50", "b=4700/50"]);
    expect(percent).toMatchObject({ verdict: "mismatch", versions: [{ arrived: 0.53, intended: 0.5 }, {}] });
    expect(await statsJson(["srm", "a=5300/0.5", "b=4700/0.5"])).toEqual(percent);
    expect((await stats(["srm", "a=5010/50", "b=4990/50"])).out).toContain("no mismatch found");
    expect((await stats(["srm", "a=0/50", "b=0/50"])).out).toContain("sample ratio: no data");
    expect((await stats(["srm", "a=100/100", "b=1/0"])).out).toMatch(/mismatch[\s\S]*E = ∞/);
  });

  test("follows shares that move from batch to batch", async () => {
    const batches = (loss: number): string =>
      [
        "batch,version,count,share",
        ...Array.from({ length: 30 }, (_, i) => {
          const share = 5 + 3 * i;
          return `${i},a,${20 * (100 - share)},${100 - share}\n${i},b,${Math.round(20 * share * (1 - loss))},${share}`;
        }),
      ].join("\n");
    expect((await stats(["srm", "-f", "-"], batches(0))).out).toContain("no mismatch found");
    expect((await stats(["srm", "-f", "-"], batches(0.1))).out).toMatch(/: mismatch[\s\S]*while the shares move/);
  });

  test.each([
    [
      "version,count,share\na,1,40\nb,1,50",
      "-:2:5: share: the shares sum to 90; write shares of at least 0 that sum to 1, or to 100",
    ],
    [
      "batch,version,count,share\n1,a,1,50\n1,b,1,50\n2,a,1,50",
      '-:4:7: share: the shares of batch "2" sum to 50; write shares of at least 0 that sum to 1, or to 100',
    ],
    ["version,count,share\na,1.5,50\nb,1,50", "-:2:3: count: 1.5 is not possible; give a whole number of at least 0"],
    ["version,count,share\na,1,50\na,1,50", '-:3:1: version: "a" is there twice in one batch; add the rows up'],
    ["version,count\na,1", "-:2:1: share: this column is missing; the columns are version, count"],
  ])("refuses %j", async (text, line) => {
    const { code, err } = await stats(["srm", "-f", "-"], text);
    expect([code, err[0]]).toEqual([1, line]);
  });
});

describe("stats power", () => {
  const question = { kind: "proportion", baseline: 0.1, alpha: 0.05, power: 0.8 } as const;

  test("tells the requests to find an effect, absolute or relative, and more where one looks always", async () => {
    const { nA } = sampleSize({ ...question, effect: 0.01 });
    const answer = await statsJson(["power", "--baseline", "0.1", "--effect", "0.01"]);
    expect(answer).toMatchObject({ fixedHorizon: { nA, nB: nA } });
    expect(await statsJson(["power", "--baseline", "0.1", "--effect", "10%"])).toMatchObject({
      fixedHorizon: { nA: expect.closeTo(nA, 6) },
    });
    const { out } = await stats(["power", "--baseline", "0.1", "--effect", "0.01"]);
    const [fixed = 0, always = 0] = [...out.matchAll(/(\d+) of A/g)].map(([, n]) => Number(n));
    expect(fixed).toBe(Math.ceil(nA));
    expect(always).toBeGreaterThan(fixed);
  });

  test("tells what is left at a rate, and nothing once enough is in", async () => {
    const words = ["power", "--baseline", "0.1", "--effect", "0.01", "--rate", "1000"];
    const { nA, nB } = sampleSize({ ...question, effect: 0.01 });
    expect(await statsJson([...words, "--seen", "5000"])).toMatchObject({
      fixedHorizon: { unitsLeft: expect.closeTo((nA + nB - 5000) / 1000, 9) },
    });
    expect(await statsJson([...words, "--seen", "1e6"])).toMatchObject({
      fixedHorizon: { unitsLeft: 0 },
      alwaysValid: { unitsLeft: 0 },
    });
  });

  test("tells the smallest effect that a number of requests finds, or that there is none", async () => {
    expect(await statsJson(["power", "--baseline", "0.1", "--n", "5000"])).toMatchObject({
      minimumDetectableEffect: {
        increase: minimumDetectableEffect({ ...question, nA: 5000 }),
        decrease: minimumDetectableEffect({ ...question, nA: 5000, direction: "decrease" }),
      },
    });
    expect((await stats(["power", "--baseline", "0.01", "--n", "10"])).out).toContain("decrease  none");
  });

  test.each([
    [["--effect", "1"], "--baseline is missing; write for example --baseline 0.1"],
    [["--baseline", "0.1"], "--effect or --n is missing; write for example --effect 0.01, or --n 5000"],
    [
      ["--baseline", "0.9", "--effect", "0.2"],
      "--baseline + --effect is 1.1; give a number between 0 and 1, both excluded",
    ],
    [["--baseline", "0", "--effect", "10%"], "--effect is 0; give a finite effect that is not 0"],
    [["--baseline", "0.1", "--effect", "ten"], '--effect is "ten"; write a number, or a part such as 10%'],
    [
      ["--kind", "mean", "--baseline", "1", "--effect", "1"],
      "--variance is missing; a mean needs the variance of one value",
    ],
    [["--baseline", "0.1", "--effect", "0.01", "--rate", "0"], "--rate is 0; give a finite number above 0"],
  ])("refuses %j", async (words, line) => {
    const { code, err } = await stats(["power", ...words]);
    expect(code).toBe(1);
    expect(err[0]?.startsWith(`pointsman: ${line}`)).toBe(true);
  });
});

describe("stats simulate", () => {
  const ramp = ["simulate", "--ramp", "5:95", "--drift", "0.08:0.12", "--runs", "20"];

  test("shows a z test that is misled by a ramp under drift, and an engine that is not", async () => {
    const answer = await statsJson(ramp);
    expect(answer).toMatchObject({
      command: "simulate",
      seed: 1,
      runs: 20,
      saidDifferent: { zEachLook: { part: 1 }, zLastLook: { part: expect.any(Number) } },
    });
    const { saidDifferent } = answer as { saidDifferent: { engine: { part: number } } };
    expect(saidDifferent.engine.part).toBeLessThan(0.2);
  });

  test("is the same to the byte with the same seed, and another with another", async () => {
    expect(await stats(ramp)).toEqual(await stats(ramp));
    expect((await stats(ramp)).out).not.toBe((await stats([...ramp, "--seed", "2"])).out);
  });

  test("shows a real difference found, with the look at which", async () => {
    const { out } = await stats(["simulate", "--effect", "0.05", "--runs", "20"]);
    expect(out).toContain("right: the versions differ");
    expect(out).toMatch(/e-process, every look {3}100 % ± 0 %, in the middle at look \d+/);
  });

  test("of one look and one run is no special case", async () => {
    const { code, out } = await stats(["simulate", "--looks", "1", "--runs", "1", "--ramp", "0:0"]);
    expect(code).toBe(0);
    expect(out).not.toMatch(/NaN/);
  });

  test.each([
    [["--runs", "1e9"], "--runs 1000000000 of --looks 200 are more than 5000000 looks; take fewer"],
    [["--drift", "0.1"], '--drift is "0.1"; write FROM:TO, for example 0.08:0.12'],
    [["--ramp", "5:200"], "--ramp has the share 200; write percent from 0 to 100"],
    [["--baseline", "1"], "--baseline is 1; give a number between 0 and 1, both excluded"],
    [["--effect", "0.95"], "--baseline + --effect is 1.05; give a number between 0 and 1, both excluded"],
    [["--looks", "0"], "--looks is 0; give a whole number of at least 1"],
  ])("refuses %j", async (words, line) => {
    expect(await stats(["simulate", ...words])).toEqual({ code: 1, out: "", err: [`pointsman: ${line}`] });
  });
});

describe("the group", () => {
  test.each([[[]], [["--help"]], [["-h"]]])("%j shows examples before the commands", async (words) => {
    const { code, out, err } = await stats(words);
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out.indexOf("pointsman stats slo --limit")).toBeLessThan(out.indexOf("Commands:"));
    for (const name of ["compare", "slo", "srm", "power", "simulate"]) expect(out).toContain(`  stats ${name} `);
  });

  test("suggests the command that was meant", async () => {
    expect((await stats(["compar"])).err).toEqual([
      'pointsman: unknown command "compar"; did you mean compare?',
      "See pointsman stats --help",
    ]);
  });

  test.each(["compare", "slo", "srm", "power", "simulate"])("every example in the help of %s works", async (name) => {
    const { code, out } = await stats([name, "--help"]);
    expect(code).toBe(0);
    const examples = [...out.matchAll(/^ {2}pointsman stats (.*)$/gm)].map(([, line = ""]) => line);
    const lines = examples.filter((line) => !line.includes("["));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      const ran = await stats(line.split(" "));
      expect({ line, code: ran.code, err: ran.err }).toEqual({ line, code: 0, err: [] });
      expect(ran.out.length).toBeGreaterThan(0);
    }
  });
});
