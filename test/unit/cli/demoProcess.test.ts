import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";

import type { Json } from "../../../src/base/json.js";
import { arrayAt, numberAt, stringAt } from "../../../src/base/json.js";
import { parseJson } from "../../../src/kube/status.js";
import { story } from "../../../src/sandbox/demo/story.js";
import type { Ended } from "../../support/commandProcess.js";
import { CommandProcess } from "../../support/commandProcess.js";

const whole = 240_000;
jest.setTimeout(whole);

describe("pointsman demo --headless --json --compare, as a process", () => {
  let temporary: string;
  let ended: Ended;
  let summary: Json;

  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), "pointsman-demo-test-"));
    const words = ["demo", "--headless", "--json", "--compare", "--speed", "10"];
    ended = await CommandProcess.start(words, { TMPDIR: temporary }).ended;
    summary = parseJson(ended.out.trimEnd().split("\n").at(-1) ?? "") ?? null;
  }, whole);
  afterAll(() => rm(temporary, { recursive: true, force: true }));

  test("ends with code 0, and a summary of every step in which Pointsman lost nothing", () => {
    expect(ended.code).toBe(0);
    expect(ended.err).toMatch(/^Watch it in a browser: http:\/\/127\.0\.0\.1:\d+\/?\n$/);
    expect(summary).toMatchObject({
      controller: "Pointsman",
      lost: 0,
      steps: story.map(({ name }) => ({ name, lost: 0 })),
    });
    const counts = arrayAt(summary, "steps").map((step) => numberAt(step, "requests") ?? 0);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(numberAt(summary, "requests"));
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(arrayAt(summary, "steps").map((step) => stringAt(step, "missing"))).toEqual(story.map(() => undefined));
  });

  test("shows beside it that the other way loses requests where a version is deleted under load", () => {
    const [other = null, ...more] = arrayAt(summary, "compared");
    expect(more).toEqual([]);
    expect(numberAt(other, "lost")).toBeGreaterThan(0);
    const deleted = arrayAt(other, "steps").find((step) => stringAt(step, "name") === "delete");
    expect(numberAt(deleted, "lost")).toBeGreaterThan(0);
  });

  test("says every step in plain lines, without a single escape, and leaves no file", async () => {
    for (const { title, says } of story) expect(ended.out).toContain(`${title}. ${says}\n`);
    expect(ended.out).not.toContain("\u001b");
    expect(await readdir(temporary)).toEqual([]);
  });
});
