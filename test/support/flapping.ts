import { expect } from "@jest/globals";

import { sleep, systemClock } from "../../src/base/clock.js";
import { arrayAt, numberAt } from "../../src/base/json.js";
import { App } from "./app.js";
import type { ControllerProcess } from "./controllerProcess.js";
import { OwnStatus, ready, widgets } from "./ownStatus.js";
import type { Recorder, Revision } from "./plane/recorder.js";
import type { Scene } from "./scene.js";
import { httpRoutes } from "./scene.js";

/** How long an answer must stand before it raises, milliseconds: the dwell. */
export const dwell = 1000;

/** The same in a routemap. */
export const dwelling = `release: {minStable: ${dwell}ms}\n`;

/** Milliseconds between two changes of readiness: 20 Hz. */
const period = 50;

/** An app whose candidate changes its mind about being ready; `record` has the routes of the scene. */
export class FlappingApp {
  private readonly app: App;
  private readonly candidate: string;
  private readonly status: OwnStatus;

  constructor(
    private readonly scene: Scene,
    private readonly record: Recorder,
    private readonly name: string,
  ) {
    this.app = new App(scene, name);
    this.candidate = this.app.version(2);
    this.status = new OwnStatus(scene);
  }

  /** Waits until both versions have their share. */
  async serve(): Promise<void> {
    const spec = this.app.spec().replace(`deploy, name: ${this.candidate}`, `widget, name: ${this.candidate}`);
    await this.scene.routemap(this.name, spec + dwelling);
    await this.app.deploy(1, 2);
    await this.status.create(widgets, "Widget", this.candidate, { size: 1 });
    await this.status.set(widgets, this.candidate, ready("True"));
    await this.app.untilShares(80, 20);
  }

  /**
   * Lets readiness flap for so many seconds and expects that the weight goes once and comes back once, when the answer
   * has stood, and that the controller tells and writes no more than its status once a second.
   */
  async expectDamped(seconds: number, controller: ControllerProcess): Promise<void> {
    const patches = (): Promise<number> => controller.metric("rest_client_requests_total", 'method="PATCH"');
    const before = (await this.scene.find(httpRoutes, this.name))?.metadata.generation ?? 0;
    const patched = await patches();
    const { ended, stalls } = await this.flap((seconds * 1000) / period);
    await this.app.untilShares(80, 20);
    await this.record.caughtUp();
    const changes = this.changesAfter(before);
    expect(changes.map(weightsOf).slice(0, 2)).toEqual(["80/0", "80/20"]);
    expect(changes.length).toBeLessThanOrEqual(2 + 2 * stalls);
    const raised = changes.at(-1)?.at ?? 0;
    expect(raised - ended).toBeGreaterThan(dwell);
    expect(raised - ended).toBeLessThan(10 * dwell);
    expect((await this.scene.eventReasons(this.name)).length).toBeLessThan(10);
    expect((await patches()) - patched).toBeLessThan(seconds + 15);
  }

  /**
   * Sets the condition to False and True in turn, ending with True; `ended` is when that was sent. `stalls`: how often a
   * machine that is too slow let an answer stand for as long as a raise takes.
   */
  private async flap(times: number): Promise<{ readonly ended: number; readonly stalls: number }> {
    const begun = systemClock.monotonic();
    let [ended, stalls] = [begun, 0];
    for (let turn = 1; turn <= times; turn += 1) {
      ended = systemClock.monotonic();
      await this.status.set(widgets, this.candidate, ready(turn % 2 === 1 ? "False" : "True"));
      const wait = Math.max(0, begun + turn * period - systemClock.monotonic());
      await sleep(systemClock, wait, new AbortController().signal);
      if (turn < times && systemClock.monotonic() - ended >= dwell) stalls += 1;
    }
    return { ended, stalls };
  }

  /** Each generation of the route after a given one, as it was stored first. */
  private changesAfter(generation: number): readonly Revision[] {
    const seen = new Set<number>();
    return this.record.revisions.filter(({ object: { kind, metadata } }) => {
      const { name, generation: own = 0 } = metadata;
      if (kind !== "HTTPRoute" || name !== this.name || own <= generation || seen.has(own)) return false;
      seen.add(own);
      return true;
    });
  }
}

/** Weights of a route's first rule, as "80/20". */
export function weightsOf({ object }: Revision): string {
  return arrayAt(object, "spec", "rules", 0, "backendRefs")
    .map((ref) => numberAt(ref, "weight"))
    .join("/");
}
