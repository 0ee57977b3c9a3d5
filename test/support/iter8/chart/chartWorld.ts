import type { JsonObject } from "../../../../src/base/json.js";
import type { Action } from "../../../../src/routing/actions.js";
import { names } from "../../../../src/routing/names.js";
import { PlanWorld } from "../../planWorld.js";
import { samples } from "./combinations.js";
import type { VersionState } from "./meaning.js";
import { meant } from "./meaning.js";
import { modeAnnotation, modelStatus } from "./models.js";
import { chartSpec, servesModels, weightConfigsOf } from "./render.js";
import type { SampleRequest } from "../../requests/request.js";
import { arrivalText, send } from "../../requests/send.js";
import type { ChartValues } from "./values.js";
import { nameOf } from "./values.js";

/** What is the case with a version, and since when. */
interface Life {
  readonly state: VersionState;
  readonly since: number;
}

/** Longer than a raise waits for a version to be stable. */
const settled = 4000;

/**
 * A made-up cluster with a release of Iter8's chart. At every write, and whenever it comes to rest after an event, it
 * sends a request of every kind by the route and notes in `broken` what arrives where it must not.
 */
export class ChartWorld extends PlanWorld {
  readonly broken: string[] = [];
  private readonly lives = new Map<string, Life>();

  constructor(public values: ChartValues) {
    super(chartSpec(values) ?? "");
  }

  get route(): JsonObject | undefined {
    return [...this.outputs.values()][0];
  }

  /** What a version consists of, as kind and name. */
  objectsOf(name: string): readonly (readonly [string, string])[] {
    return servesModels(this.values)
      ? [["isvc", name]]
      : [
          ["deploy", name],
          ["svc", name],
        ];
  }

  /** Deploys a version, or makes it ready or not. */
  setState(index: number, state: "ready" | "down"): void {
    const name = nameOf(this.values, index);
    if (weightConfigsOf(this.values).includes(index)) this.put("cm", `${name}-weight-config`);
    if (servesModels(this.values)) this.setModel(name, state === "ready");
    else this.up(name, state === "ready");
    this.note(name, state);
    this.settle();
    this.check("after an event");
  }

  /** Deletes everything a version consists of. */
  remove(version: string): void {
    for (const [kind, name] of this.objectsOf(version)) this.delete(kind, name);
    this.delete("cm", `${version}-weight-config`);
    this.note(version, "leaving");
    this.settle();
    this.check("after a deletion");
  }

  /** Upgrades the release to other values. */
  upgrade(values: ChartValues): void {
    this.values = values;
    this.setSpec(chartSpec(values) ?? "");
    this.settle();
    this.check("after an upgrade");
  }

  isThere(version: string): boolean {
    return this.objectsOf(version).some(([kind, name]) => this.objects.has(`${kind}/${name}`));
  }

  isHeld(version: string): boolean {
    return this.objectsOf(version).every(([kind, name]) =>
      this.objects.get(`${kind}/${name}`)?.metadata.finalizers?.includes(names.finalizer),
    );
  }

  /** Where requests of every kind arrive that do not arrive where they are meant to; for a world at rest. */
  strays(): readonly string[] {
    return samples.flatMap((request) => {
      if (isOwnBranch(this.values, request)) return [];
      const wanted = meant(this.values, this.states(), request);
      if (wanted === undefined) return [];
      const found = this.route === undefined ? "nowhere" : arrivalText(send(this.route, request));
      return found === arrivalText(wanted) ? [] : [`${request.called}: ${found}, not ${arrivalText(wanted)}`];
    });
  }

  override carryOut(action: Action): void {
    if (action.type === "release" && action.ground === "proof") this.checkRelease(action.ref.name);
    if (action.type === "release" && action.ground === "deadline") this.broken.push(`${action.ref.name}: deadline`);
    super.carryOut(action);
    if (action.type === "write") this.check(this.log.at(-1) ?? "");
  }

  private setModel(name: string, ready: boolean): void {
    const since = new Date(Date.UTC(2029, 0, 1)).toISOString();
    const status = modelStatus(this.values, name, ready, since);
    const mode = this.values.environment === "kserve-modelmesh-istio" ? { [modeAnnotation]: "ModelMesh" } : {};
    this.put("isvc", name, { metadata: { annotations: mode }, spec: { predictor: {} }, status });
  }

  private note(version: string, state: VersionState): void {
    if (this.lives.get(version)?.state !== state) this.lives.set(version, { state, since: this.time });
  }

  /** By index; `minAge`: a version that has been ready for less counts as down. */
  private states(minAge = 0): readonly VersionState[] {
    return [...this.values.versions.keys()].map((index) => {
      const { state, since } = this.lives.get(nameOf(this.values, index)) ?? { state: "leaving", since: 0 };
      return state === "ready" && this.time - since < minAge ? "down" : state;
    });
  }

  /**
   * A request may arrive at a ready version, or where it is meant to while versions that are ready but not stable yet
   * do not count.
   */
  private check(when: string): void {
    if (this.route === undefined) return;
    const stable = this.states(settled);
    const ready = new Set(
      this.states().flatMap((state, index) => (state === "ready" ? [nameOf(this.values, index)] : [])),
    );
    for (const request of samples) {
      const excused = meant(this.values, stable, request)?.answered;
      const { answered, copied, misnamed } = send(this.route, request);
      if (excused === undefined && ready.size === 0) continue;
      for (const target of [...answered.keys()].filter((name) => !ready.has(name) && excused?.has(name) !== true))
        this.broken.push(`${when}: ${request.called} request arrives at ${target}`);
      for (const target of [...copied.keys()].filter((name) => !ready.has(name)))
        this.broken.push(`${when}: ${request.called} request is copied to ${target}`);
      for (const text of misnamed) this.broken.push(`${when}: ${text}`);
    }
  }

  private checkRelease(name: string): void {
    if (this.route === undefined) return;
    for (const request of samples) {
      const { answered, copied } = send(this.route, request);
      if (answered.has(name) || copied.has(name)) this.broken.push(`${name} is released and gets ${request.called}`);
    }
  }
}

/** Anybody who sends the header of the two-pass split gets the version he names, as with Iter8. */
function isOwnBranch(values: ChartValues, request: SampleRequest): boolean {
  return values.environment === "kserve" && values.strategy === "blue-green" && "branch" in request.headers;
}
