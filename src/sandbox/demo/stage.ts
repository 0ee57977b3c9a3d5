import type { Clock } from "../../base/clock.js";
import { sleep } from "../../base/clock.js";
import type { Json } from "../../base/json.js";
import { PointsmanError } from "../../base/errors.js";
import type { Random } from "../../base/random.js";
import type { Result } from "../../base/result.js";
import type { ApiError } from "../../kube/apiError.js";
import { isNotFound } from "../../kube/apiError.js";
import type { Sandbox } from "../cluster/sandbox.js";
import { LoadSource } from "../load/loadSource.js";
import { Senders } from "../load/senders.js";
import type { RequestShape } from "../load/shape.js";
import type { DemoVersion } from "./objects.js";
import { demoNamespace, demoRoute, routemapManifest, smokeTests, versionManifests } from "./objects.js";
import { World, demoKinds } from "./world.js";

/** What a stage is made of. */
export interface StageOptions {
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  readonly random: Random;
  /** How much faster than told the story goes on by itself; what the controller waits for is not changed. */
  readonly speed: number;
  readonly signal: AbortSignal;
}

/** Requests per second. */
export const demoRate = 150;

/** One of thirty requests takes two seconds: what is under way when its version goes. */
const shapes: readonly RequestShape[] = [
  { protocol: "http1", host: demoRoute.host, share: 19 },
  { protocol: "h2c", host: demoRoute.host, share: 10 },
  { protocol: "http1", host: demoRoute.host, share: 1, holdMs: 2_000 },
];

/** A late answer is no lost one: machines that run demos are busy. */
const timeoutMs = 30_000;

const lookEvery = 20;

/** What the people of the story can do: users who ask, and an operator who deploys, annotates and deletes. */
export class Stage {
  readonly world: World;
  readonly load: LoadSource;

  constructor(private readonly options: StageOptions) {
    const { sandbox, clock, random } = options;
    this.world = new World(sandbox.api, clock);
    const carrier = new Senders(sandbox.gatewayAddress);
    this.load = new LoadSource({ clock, random, carrier, rate: demoRate, shapes, timeoutMs, bucketMs: 250 });
    this.world.start();
  }

  /** Lets time pass in which something can be seen. */
  async show(ms: number): Promise<void> {
    const { clock, speed, signal } = this.options;
    await sleep(clock, ms / speed, signal);
    signal.throwIfAborted();
  }

  /** Waits until something is so; false if it is not within the time. */
  async until(isSo: () => boolean, withinMs: number): Promise<boolean> {
    const { clock, signal } = this.options;
    const end = clock.monotonic() + withinMs;
    while (!isSo()) {
      if (clock.monotonic() >= end) return false;
      await sleep(clock, lookEvery, signal);
      signal.throwIfAborted();
    }
    return true;
  }

  /** Waits until the gateway answers for the shop. */
  async untilServed(withinMs: number): Promise<boolean> {
    const { clock, signal, sandbox } = this.options;
    const probe = new Senders(sandbox.gatewayAddress);
    const end = clock.monotonic() + withinMs;
    try {
      for (let number = 0; clock.monotonic() < end; number += 1) {
        const request = { id: `probe-${number}`, headers: { "x-request-id": `probe-${number}` } };
        const outcome = await probe.send({ protocol: "http1", host: demoRoute.host }, request, signal);
        if (outcome.kind === "answered") return true;
        await sleep(clock, lookEvery, signal);
        signal.throwIfAborted();
      }
      return false;
    } finally {
      probe.close();
    }
  }

  /** `kubectl apply` of a version; a candidate has a smoke test to pass. */
  deploy(name: string, role: "primary" | "candidate"): Promise<void> {
    return this.options.sandbox.apply(versionManifests(name, role === "candidate"), this.options.signal);
  }

  /** What the smoke test of a candidate says from now on. */
  async report(name: string, passed: boolean): Promise<void> {
    const { sandbox, signal, clock } = this.options;
    const words = passed ? { status: "True", reason: "Passed" } : { status: "False", reason: "CheckoutFails" };
    const lastTransitionTime = new Date(clock.now()).toISOString();
    const conditions = [{ type: "Ready", ...words, message: "", lastTransitionTime }];
    const ref = { namespace: demoNamespace, name };
    checked(await sandbox.api.mergePatch(smokeTests, ref, { status: { conditions } }, signal, "status"));
  }

  /** `kubectl apply` of the routemap. */
  routemap(versions: readonly DemoVersion[]): Promise<void> {
    return this.options.sandbox.apply([routemapManifest(versions)], this.options.signal);
  }

  /** `kubectl delete deployment/NAME service/NAME smoketest/NAME`, without waiting. */
  async remove(name: string): Promise<void> {
    const { sandbox, signal } = this.options;
    const options = { propagationPolicy: "Background" } as const;
    for (const kind of [demoKinds.deployments, demoKinds.services, smokeTests])
      checked(await sandbox.api.delete(kind, { namespace: demoNamespace, name }, options, signal));
  }

  /** `kubectl annotate`; null takes the annotation away. */
  async annotate(
    kind: "deployments" | "configMaps",
    name: string,
    annotations: Readonly<Record<string, Json>>,
  ): Promise<void> {
    const { sandbox, signal } = this.options;
    const ref = { namespace: demoNamespace, name };
    checked(await sandbox.api.mergePatch(demoKinds[kind], ref, { metadata: { annotations } }, signal));
  }
}

function checked(answer: Result<unknown, ApiError>): void {
  if (answer.ok || isNotFound(answer.error)) return;
  throw new PointsmanError("PM_USAGE", { problem: `the sandbox's API server refused: ${answer.error.message}` });
}
