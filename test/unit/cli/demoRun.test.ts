import { readdir, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";

import { describe, expect, test } from "@jest/globals";

import { seededRandom } from "../../../src/base/random.js";
import type { DemoRun } from "../../../src/cli/demo.js";
import { runDemo } from "../../../src/cli/demoRun.js";
import type { RunResult } from "../../../src/sandbox/demo/result.js";
import type { Contender, PlayStory, RunOptions } from "../../../src/sandbox/demo/run.js";
import { story } from "../../../src/sandbox/demo/story.js";
import { LiveAudience } from "../../../src/sandbox/demo/view/liveAudience.js";
import { World } from "../../../src/sandbox/demo/world.js";
import { LoadSource } from "../../../src/sandbox/load/loadSource.js";
import type { Carrier } from "../../../src/sandbox/load/senders.js";
import { captured } from "../../support/captured.js";
import { FakeApi } from "../../support/fakeApi.js";
import { FakeClock } from "../../support/fakeClock.js";
import { until } from "../../support/until.js";

const headless: DemoRun = { headless: true, json: true, compare: false, seed: 3, speed: 2 };
const parts = { definitions: "dist/crds", program: "none", readInput: () => Promise.resolve("") };

const perfect: Omit<RunResult, "controller"> = {
  requests: 100,
  lost: 0,
  lostByReason: {},
  seconds: 1,
  steps: [{ name: "delete", title: "The candidate is deleted", seconds: 1, requests: 100, lost: 0 }],
};
const losing = { ...perfect, lost: 3, lostByReason: { reset: 3 } };
const incomplete = { ...perfect, steps: perfect.steps.map((step) => ({ ...step, missing: "v2's Pods stayed" })) };

/** Plays the demo with a story whose outcome is known, one per contender. */
function demo(run: DemoRun, outcomes: readonly Omit<RunResult, "controller">[], isTTY = false) {
  const output = captured({}, isTTY);
  const played: { readonly contender: Contender; readonly options: RunOptions }[] = [];
  const stopped: string[] = [];
  const player: PlayStory = (options, contender) => {
    const outcome = outcomes[played.push({ contender, options }) - 1] ?? perfect;
    return Promise.resolve({
      result: { ...outcome, controller: contender.name },
      sandbox: { gatewayAddress: { host: "127.0.0.1", port: 8000 }, kubeconfigFile: options.sandbox.kubeconfigFile },
      stop: () => Promise.resolve(void stopped.push(contender.name)),
    });
  };
  return { ended: runDemo(run, output.io, parts, player), played, stopped, ...output };
}

const lastLine = (text: string): unknown => JSON.parse(text.trimEnd().split("\n").at(-1) ?? "");

/** The files of the run's folder; undefined where it is gone. */
async function filesOf(options: RunOptions | undefined): Promise<readonly string[] | undefined> {
  return readdir(dirname(options?.sandbox.kubeconfigFile ?? "none")).catch(() => undefined);
}

describe("the demo", () => {
  test("is a success where nothing was lost, and leaves nothing", async () => {
    const { ended, out, err, played, stopped } = demo(headless, [perfect]);
    expect([await ended, err(), stopped]).toEqual([0, "", ["Pointsman"]]);
    expect(lastLine(out())).toMatchObject({ lost: 0, requests: 100, steps: [{ name: "delete" }] });
    expect(played[0]?.options).toMatchObject({ seed: 3, speed: 2 });
    expect(await filesOf(played[0]?.options)).toBeUndefined();
  });

  test.each([
    ["a request was lost", losing, { lost: 3, lostByReason: { reset: 3 } }],
    ["something did not happen", incomplete, { lost: 0, steps: [{ missing: "v2's Pods stayed" }] }],
  ])("fails with code 1 where %s, and keeps the controller's log and says where", async (_what, outcome, json) => {
    const { ended, out, err, played } = demo(headless, [outcome]);
    expect(await ended).toBe(1);
    expect(lastLine(out())).toMatchObject(json);
    const log = /^the controller's log: (.+)\n$/.exec(err())?.[1] ?? "";
    expect([basename(log), dirname(log)]).toEqual([
      "controller.log",
      dirname(played[0]?.options.sandbox.kubeconfigFile ?? ""),
    ]);
    expect(await filesOf(played[0]?.options)).toEqual([]);
    await rm(dirname(log), { recursive: true });
  });

  test("is judged by Pointsman alone where it is compared", async () => {
    const { ended, out, played, stopped } = demo({ ...headless, compare: true }, [perfect, losing]);
    expect(await ended).toBe(0);
    const names = ["Pointsman", "Iter8 1.1.2's way"];
    expect([played.map(({ contender }) => contender.name), stopped]).toEqual([names, names]);
    expect(lastLine(out())).toMatchObject({ lost: 0, compared: [{ lost: 3 }] });
  });

  test("draws where somebody watches, and keeps its cluster until Ctrl-C", async () => {
    const watched = { ...headless, headless: false, json: false };
    const { ended, out, played, stopped } = demo(watched, [perfect], true);
    await until(() => out().includes("until you press Ctrl-C"), "the directions");
    expect(played[0]?.options.audience).toBeInstanceOf(LiveAudience);
    expect(out()).toContain(`export KUBECONFIG=${played[0]?.options.sandbox.kubeconfigFile ?? "none"}`);
    expect(stopped).toEqual([]);
    process.emit("SIGINT", "SIGINT");
    expect([await ended, stopped]).toEqual([0, ["Pointsman"]]);
  });

  test.each([
    ["", true],
    ["1", false],
  ])("with NO_COLOR=%j draws in colours: %j (no-color.org)", async (value, hasColours) => {
    const { io, out } = captured({ NO_COLOR: value }, true);
    const clock = new FakeClock();
    const random = seededRandom(1);
    const carrier: Carrier = { send: () => Promise.reject(new Error("nothing is sent")), close: () => undefined };
    const load = new LoadSource({ clock, random, carrier, rate: 1, shapes: [] });
    const world = new World(new FakeApi(clock), clock);
    const [first] = story;
    const player: PlayStory = ({ audience }, contender) => {
      audience.began({ world, load }, contender);
      if (first !== undefined) audience.stepBegan(first);
      audience.ended();
      return Promise.reject(new Error("the end"));
    };
    await expect(runDemo({ ...headless, headless: false, json: false }, io, parts, player)).rejects.toThrow("the end");
    expect(out()).toContain(first?.title);
    expect(out().includes("\u001b[0m")).toBe(hasColours);
  });

  test("draws nothing on a terminal where that is not wanted", async () => {
    for (const run of [headless, { ...headless, json: false }, { ...headless, headless: false }]) {
      const { ended, played } = demo(run, [perfect], true);
      expect(await ended).toBe(0);
      expect(played[0]?.options.audience).not.toBeInstanceOf(LiveAudience);
    }
  });

  test("that is ended before its story says so, with code 1", async () => {
    const { io, err } = captured();
    const player: PlayStory = (_options, _contender, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("aborted")));
        process.emit("SIGINT", "SIGINT");
      });
    expect(await runDemo(headless, io, parts, player)).toBe(1);
    expect(err()).toBe("pointsman: the demo was ended before the story was\n");
  });
});
