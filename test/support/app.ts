import { deployments, routeTemplate, services, versionsOf } from "./scene.js";
import type { Scene } from "./scene.js";
import type { ModelApp } from "./invariants.js";
import { modelOf } from "./invariants.js";
import { waitFor } from "./plane/waitFor.js";

/** One app of a scene, named so that several live in one namespace: versions NAME-v1, NAME-v2 … and the route NAME. */
export class App {
  constructor(
    readonly scene: Scene,
    readonly name: string,
    readonly weights: readonly number[] = [80, 20],
  ) {}

  /** Name of the Deployment and the Service of a version; the primary is 1. */
  version(number: number): string {
    return `${this.name}-v${number}`;
  }

  get versions(): readonly string[] {
    return this.weights.map((_, index) => this.version(index + 1));
  }

  get model(): ModelApp {
    return modelOf(this.name, ...this.versions);
  }

  /** Text of the routemap that lists these versions (default: all) in the given order. */
  spec(...numbers: readonly number[]): string {
    const listed = numbers.length === 0 ? this.weights.map((_, index) => index + 1) : numbers;
    const pairs = listed.map((number) => [this.version(number), this.weights[number - 1] ?? 1] as const);
    return versionsOf(...pairs) + routeTemplate(this.name, ...listed.map((number) => this.version(number)));
  }

  async deploy(...numbers: readonly number[]): Promise<void> {
    await Promise.all(numbers.map((number) => this.scene.deploy(this.version(number))));
  }

  async routemap(...numbers: readonly number[]): Promise<void> {
    await this.scene.routemap(this.name, this.spec(...numbers));
  }

  /** All versions deployed, at their full weights and held. */
  async whole(): Promise<this> {
    await this.routemap();
    await this.deploy(...this.weights.map((_, index) => index + 1));
    await this.untilShares(...this.weights);
    return this;
  }

  /** The route's first rule as `Scene.shares` shows it. */
  shares(...weights: readonly number[]): string {
    return weights.map((weight, index) => `${this.version(index + 1)}=${weight}`).join(" ");
  }

  untilShares(...weights: readonly number[]): Promise<void> {
    return this.scene.untilShares(this.name, this.shares(...weights));
  }

  /** The same with a time of its own, milliseconds. */
  untilSharesWithin(timeoutMs: number, ...weights: readonly number[]): Promise<void> {
    return this.scene.untilShares(this.name, this.shares(...weights), timeoutMs);
  }

  setReady(number: number, ready: boolean): Promise<void> {
    return this.scene.kubelet.setReady(this.scene.namespace, { labels: { app: this.version(number) } }, ready);
  }

  /** Deletes Deployment and Service. */
  async remove(number: number): Promise<void> {
    await this.scene.delete(deployments, this.version(number));
    await this.scene.delete(services, this.version(number));
  }

  async untilGone(number: number, timeoutMs = 15_000): Promise<void> {
    await this.scene.untilGone(deployments, this.version(number), timeoutMs);
    await this.scene.untilGone(services, this.version(number), timeoutMs);
  }

  /** Whether Deployment and Service carry our finalizer. */
  async held(number: number): Promise<boolean> {
    const name = this.version(number);
    const answers = [await this.scene.held(deployments, name), await this.scene.held(services, name)];
    return answers.every((held) => held);
  }

  /** Waits until both objects are held, or neither. */
  async untilHeld(number: number, held = true): Promise<void> {
    const name = this.version(number);
    for (const gvr of [deployments, services])
      await waitFor(async () => (await this.scene.held(gvr, name)) === held, {
        describe: `${gvr.resource}/${name} ${held ? "to be held" : "to be released"}`,
      });
  }
}
