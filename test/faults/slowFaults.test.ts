import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { sleep, systemClock } from "../../src/base/clock.js";
import type { App } from "../support/app.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import { accountName } from "../support/install/account.js";
import type { SeenRequest } from "./proxy/exchange.js";
import { rotatingCredentials, tokenIn } from "./proxy/kubeconfig.js";
import { Rig } from "./rig.js";
import { now, weigh } from "./steps.js";
import { isStored } from "./subjects.js";

const isWhole = process.env["POINTSMAN_FAULTS"] === "all";
const second = 1000;
const long = 240 * second;

/** A story of its own: a scene with a proxy, in which one fault lasts. */
interface Story<T> {
  readonly told: T;
  readonly violations: readonly string[];
}

/** Tells a story in a scene of its own, and what it broke; prints what was measured. */
async function tell<T>(prefix: string, story: (rig: Rig, app: App) => Promise<T>): Promise<Story<T>> {
  const rig = await Rig.open(prefix);
  try {
    const told = await story(rig, rig.app("app"));
    process.stderr.write(`${prefix}: ${JSON.stringify(told)}\n`);
    return { told, violations: await rig.violations() };
  } finally {
    await rig.close();
  }
}

function pause(ms: number): Promise<void> {
  return sleep(systemClock, ms, new AbortController().signal);
}

/** Row 6: every request fails for a minute, or ten seconds where time is short. */
async function outage(rig: Rig, app: App) {
  const controller = await rig.controller();
  await app.whole();
  const before = await countWrites(
    rig,
    () => weigh(app, 40),
    () => app.untilShares(80, 40),
  );
  rig.proxy.rule({ phase: "request" }, { kind: "status", code: 500 }, { chance: 1 / 3 });
  rig.proxy.rule({ phase: "request" }, { kind: "status", code: 503 }, { chance: 1 / 2 });
  rig.proxy.rule({ phase: "request" }, { kind: "status", code: 504 });
  rig.proxy.cut();
  const began = now();
  await weigh(app, 60);
  await pause((isWhole ? 60 : 10) * second);
  const asked = rig.sent(began).length;
  rig.proxy.heal();
  const healed = now();
  await rig.scene.untilShares("app", app.shares(80, 60), 60 * second);
  const recovered = now() - healed;
  await rig.untilQuiet();
  const after = rig.writes(healed, isStoredApartFromStatus).length;
  return {
    exitCode: controller.exitCode,
    asked,
    seconds: isWhole ? 60 : 10,
    recovered,
    before,
    after,
  };
}

/** Row 8: the watch of Deployments falls silent. */
async function silence(rig: Rig, app: App) {
  const controller = await rig.controller();
  await app.whole();
  const silent = rig.proxy.rule(
    { phase: "event", verb: "watch", resource: "deployments" },
    { kind: "half-open" },
    { times: 1 },
  );
  const began = now();
  await weigh(app, 40);
  await rig.scene.untilShares("app", app.shares(80, 40), 600 * second);
  return { took: now() - began, hits: silent.hits, exitCode: controller.exitCode };
}

/** Row 15: only the renewals of the lease get no answer, while there is always something to write. */
async function frozenLease(rig: Rig, app: App) {
  const controller = await rig.controller({ flags: ["--leader-elect=true"] });
  await app.whole();
  rig.proxy.freezeLeases();
  const frozen = now();
  for (let weight = 21; controller.exitCode === undefined && now() - frozen < 70 * second; weight++) {
    await weigh(app, weight);
    await pause(100);
  }
  const ended = now() - frozen;
  const renewals = rig.sent(0, (seen) => seen.request.resource === "leases" && isStored(seen));
  const renewed = renewals.at(-1)?.at ?? Infinity;
  const writes = rig.writes(frozen, isStored);
  return { exitCode: controller.exitCode, ended, writes: writes.length, lastWrite: (writes.at(-1)?.at ?? 0) - renewed };
}

/** Row 44: token and CA are rotated, in turn, under a running process. */
async function rotation(rig: Rig, app: App) {
  const { kubeconfig } = await rig.scene.account();
  const { plane, namespace } = rig.scene;
  const old = await tokenIn(kubeconfig);
  const credentials = await rotatingCredentials(rig.proxy, old, plane.info.folder);
  const controller = await rig.start({ kubeconfig: credentials.kubeconfig });
  await app.whole();
  await credentials.setToken(await plane.tokenOf(namespace, accountName));
  const isOld = ({ request }: Pick<SeenRequest, "request">): boolean => request.authorization === `Bearer ${old}`;
  const refused = rig.proxy.rule({ phase: "request", where: isOld }, { kind: "status", code: 401 });
  rig.proxy.cut();
  const token = await timed(app, 40);
  const withOld = rig.sent(now() - 1, isOld).length;
  const trusted = rig.proxy.ca;
  rig.proxy.rotateAuthority();
  await credentials.setCa(trusted + rig.proxy.ca);
  const ca = await timed(app, 60);
  return { token, ca, refused: refused.hits, withOld, ...endOf(controller) };
}

/** How long a new weight takes to arrive, milliseconds. */
async function timed(app: App, weight: number): Promise<number> {
  const began = now();
  await weigh(app, weight);
  await app.scene.untilShares("app", app.shares(80, weight), 200 * second);
  return now() - began;
}

function endOf(controller: ControllerProcess) {
  return { exitCode: controller.exitCode };
}

/** How often the status is written depends on how long things take. */
function isStoredApartFromStatus(seen: SeenRequest): boolean {
  return isStored(seen) && seen.request.resource !== "configmaps";
}

async function countWrites(rig: Rig, act: () => Promise<unknown>, until: () => Promise<void>): Promise<number> {
  const began = now();
  await act();
  await until();
  await rig.untilQuiet();
  return rig.writes(began, isStoredApartFromStatus).length;
}

describe("a controller under a fault that lasts", () => {
  let stories: {
    readonly outage: Promise<Story<Awaited<ReturnType<typeof outage>>>>;
    readonly silence: Promise<Story<Awaited<ReturnType<typeof silence>>>>;
    readonly lease: Promise<Story<Awaited<ReturnType<typeof frozenLease>>>>;
    readonly rotation: Promise<Story<Awaited<ReturnType<typeof rotation>>>>;
  };

  beforeAll(() => {
    // All at once: each spends its time waiting.
    stories = {
      outage: tell("outage", outage),
      silence: tell("silence", silence),
      lease: tell("lease", frozenLease),
      rotation: tell("rotation", rotation),
    };
  });
  afterAll(async () => {
    await Promise.allSettled(Object.values(stories));
  }, long);

  it(
    "row 6: every request fails for a minute: it asks with patience, recovers by itself, and storms nobody afterwards",
    async () => {
      const { told, violations } = await stories.outage;
      expect(told.exitCode).toBeUndefined();
      expect(told.asked).toBeLessThan(told.seconds * 100);
      expect(told.recovered).toBeLessThan(20 * second);
      expect(told.before).toBeGreaterThan(0);
      expect(told.after).toBeLessThanOrEqual(2 * told.before);
      expect(violations).toEqual([]);
    },
    long,
  );

  it(
    "row 8: a watch falls silent: it is opened again and nothing was missed",
    async () => {
      const { told, violations } = await stories.silence;
      expect(told.hits).toBe(1);
      expect(told.took).toBeGreaterThan(10 * second);
      expect(told.took).toBeLessThan(80 * second);
      expect(told.exitCode).toBeUndefined();
      expect(violations).toEqual([]);
    },
    long,
  );

  it(
    "row 15: renewals of the lease get no answer: the leader steps down, and wrote nothing once its time was over",
    async () => {
      const { told, violations } = await stories.lease;
      expect(told.exitCode).toBe(1);
      expect(told.ended).toBeLessThan(20 * second);
      expect(told.writes).toBeGreaterThan(3);
      expect(told.lastWrite).toBeLessThan(7 * second + 250);
      expect(violations).toEqual([]);
    },
    long,
  );

  it(
    "row 44: token and CA are rotated: both are read again, without a restart",
    async () => {
      const { told, violations } = await stories.rotation;
      expect(told.exitCode).toBeUndefined();
      expect(told.refused).toBeGreaterThan(0);
      expect(told.withOld).toBe(0);
      expect(told.token).toBeLessThan(20 * second);
      expect(told.ca).toBeLessThan(20 * second);
      expect(violations).toEqual([]);
    },
    long,
  );
});
