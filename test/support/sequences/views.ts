import { arrayAt, at, numberAt } from "../../../src/base/json.js";
import { names } from "../../../src/routing/names.js";
import { strategyOf } from "./appSpec.js";
import { carriedBy, everybodyBy } from "./carried.js";
import type { SequenceWorld } from "./sequenceWorld.js";
import { isHeld } from "./sequenceWorld.js";

/** A version as the cluster has it, told without the product. */
export interface View {
  readonly service: string;
  readonly listed: boolean;
  /** There, labelled, not going away, not scaled to zero, and its Pods answer. */
  readonly ready: boolean;
  /** Whether its answer is known: its objects are seen, and where it carries its status is not behind its spec. */
  readonly seen: boolean;
  /** There, labelled and not going away. */
  readonly standing: boolean;
  readonly held: boolean;
  /** Some stored route gives it requests or copies. */
  readonly carries: boolean;
  /** Everybody's rule of some stored route leads to it. */
  readonly shares: boolean;
  /** Relative weight of annotation or spec; undefined: an annotation that cannot be read. */
  readonly weight: number | undefined;
}

const kinds = ["deploy", "svc"] as const;

/** The versions of the spec in force, the primary first, then those that left it and are still claimed. */
export function viewsOf(world: SequenceWorld): readonly View[] {
  const listed = world.inForce?.versions.map(({ service }): string => service) ?? [];
  const claimed = new Set(world.claims.map(({ ref }) => ref.name).filter((name) => !listed.includes(name)));
  return [...listed, ...claimed].map((service) => viewOf(world, service, listed.includes(service)));
}

function viewOf(world: SequenceWorld, service: string, listed: boolean): View {
  const objects = kinds.map((kind) => world.objects.get(`${kind}/${service}`));
  const standing =
    !world.terminating.has("default") &&
    objects.every(
      (object) =>
        object?.metadata.labels?.[names.watchLabel] === "true" && object.metadata.deletionTimestamp === undefined,
    );
  const [deploy] = objects;
  const behind = isBehind(world, service);
  const answers =
    at(deploy, "spec", "replicas") !== 0 &&
    (numberAt(deploy, "status", "availableReplicas") ?? 0) > 0 &&
    !behind &&
    world.endpoints.get(service) === 1;
  const routes = [...world.outputs.values()];
  const carries = routes.some((route) => carriedBy(route).has(service));
  return {
    service,
    listed,
    standing,
    ready: listed && standing && answers,
    seen: !kinds.some((kind) => world.unseenKinds.has(kind)) && !(behind && carries),
    held: objects.every(isHeld),
    carries,
    shares: routes.some((route) => everybodyBy(route).includes(service)),
    weight: weightOf(world, service),
  };
}

/** Whether the Deployment's status belongs to an older spec. */
export function isBehind(world: SequenceWorld, service: string): boolean {
  const deploy = world.objects.get(`deploy/${service}`);
  return (numberAt(deploy, "status", "observedGeneration") ?? 0) < (deploy?.metadata.generation ?? 0);
}

function weightOf(world: SequenceWorld, service: string): number | undefined {
  const texts = kinds.map((kind) => world.objects.get(`${kind}/${service}`)?.metadata.annotations?.[names.weight]);
  const text = texts.find((candidate) => candidate !== undefined);
  if (text !== undefined) return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
  return world.inForce?.versions.find((version) => version.service === service)?.weight ?? 1;
}

/** Whether some ready version is to take everybody's requests (docs/rules.md, "Where traffic returns to", 1 to 3). */
export function hasReadyTarget(world: SequenceWorld): boolean {
  const [primary, ...others] = viewsOf(world);
  if (world.inForce === undefined || primary === undefined) return false;
  if (primary.ready) return true;
  const ready = others.filter((view) => view.ready);
  if (!primary.standing && ready.length > 0) return true;
  if (ready.some((view) => view.shares)) return true;
  const byWeight = strategyOf(world.inForce) === "blue-green" && world.inForce.by !== "hard";
  const weighs = byWeight && world.annotations[names.forcePrimary] !== "true";
  return weighs && ready.some((view) => (view.weight ?? 0) > 0);
}

/** Whether the stored routes have rules at all; somebody may have dropped them. */
export function hasRules(world: SequenceWorld): boolean {
  return [...world.outputs.values()].every(
    (route) => arrayAt(route, "spec", "rules").length + arrayAt(route, "spec", "http").length > 0,
  );
}
