import type { KubeObject } from "../kube/object.js";
import type { JsonObject } from "../base/json.js";
import { arrayAt, isObject, objectAt } from "../base/json.js";
import { names } from "./names.js";
import { carriedWeights } from "./reader/carries.js";
import { resourceKey } from "./observed.js";
import type { ListedResource, SubsetLabels, VersionIdentity } from "./reader/identify.js";
import { readRoute } from "./reader/read.js";
import type { Destination, RouteReading } from "./route.js";

/** What a stored output says about each version, by the reader and by our own note on it. */
export interface StoredWeights {
  /** Whether the object could be read; an absent one reads as carrying nothing. */
  readonly readable: boolean;
  readonly reason?: string;
  /** Raw weights per version: ours where nobody changed the object since, else as read. */
  readonly raw: readonly number[];
  readonly carries: readonly boolean[];
  /** Weight outside a candidate's own match and mirrors. */
  readonly shares: readonly number[];
  readonly unlisted: readonly Destination[];
  /** Hash of the body that we applied last. */
  readonly applied?: string;
}

/**
 * The note on an output: hash of what we applied, and by version name the raw weights it was rendered with and the
 * resources ("deployments.apps/shop/app-v1") that the version then had.
 */
export interface AppliedNote {
  readonly hash: string;
  readonly weights: ReadonlyMap<string, number>;
  readonly resources: ReadonlyMap<string, readonly string[]>;
}

/** Text of the `iter8.tools/applied` annotation. */
export function formatApplied(hash: string, weights: readonly number[], versions: readonly VersionIdentity[]): string {
  const pairs = versions.map((version, index) => [version.name, weights[index] ?? 0] as const);
  const resources = versions.map((version) => [version.name, version.resources.map(resourceText)] as const);
  return JSON.stringify({ hash, weights: Object.fromEntries(pairs), resources: Object.fromEntries(resources) });
}

function resourceText({ groupResource, namespace, name }: ListedResource): string {
  return resourceKey(groupResource, namespace, name);
}

/** Reads the `iter8.tools/applied` annotation; undefined where there is none or it is not ours. */
export function parseApplied(text: string | undefined): AppliedNote | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || typeof value["hash"] !== "string" || !isObject(value["weights"])) return undefined;
  const weights = new Map<string, number>();
  for (const [name, weight] of Object.entries(value["weights"]))
    if (typeof weight === "number" && Number.isInteger(weight) && weight >= 0) weights.set(name, weight);
  return { hash: value["hash"], weights, resources: textLists(objectAt(value, "resources")) };
}

function textLists(value: JsonObject): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.keys(value).map((name) => [name, arrayAt(value, name).filter((text) => typeof text === "string")]),
  );
}

const nothing: RouteReading = { readable: true, rules: [] };

/** Reads a stored output against the versions of its routemap. */
export function storedWeights(
  object: KubeObject | undefined,
  versions: readonly VersionIdentity[],
  subsetLabels?: SubsetLabels,
): StoredWeights {
  const reading = object === undefined ? nothing : readRoute(object);
  const note = parseApplied(object?.metadata.annotations?.[names.applied]);
  const noted = versions.map((version) => note?.weights.get(version.name));
  const applied = note === undefined ? {} : { applied: note.hash };
  if (!reading.readable) {
    const raw = noted.map((weight) => weight ?? 0);
    return {
      readable: false,
      reason: reading.reason,
      raw,
      carries: noted.map((weight) => weight !== 0),
      shares: raw,
      unlisted: [],
      ...applied,
    };
  }
  const { perVersion, unlisted } = carriedWeights(reading, versions, subsetLabels);
  const raw = perVersion.map((carried, index) => {
    if (!carried.carries) return 0;
    return noted[index] || Math.max(carried.weight, 1);
  });
  return {
    readable: true,
    raw,
    carries: perVersion.map((carried) => carried.carries),
    shares: sharesOf(
      perVersion.map(({ weight }) => weight),
      noted,
    ),
    unlisted,
    ...applied,
  };
}

/**
 * What everybody's rule gives the versions, in the raw weights of our note where these have the same proportions: they
 * compare with those of other routes. Elsewhere, as in a rule that leads to the fallback, what was read counts.
 */
function sharesOf(read: readonly number[], noted: readonly (number | undefined)[]): readonly number[] {
  const raw = read.map((weight, index) => (weight > 0 ? (noted[index] ?? 0) : 0));
  const total = (weights: readonly number[]): number => weights.reduce((sum, weight) => sum + weight, 0);
  const alike = read.every(
    (weight, index) => Math.abs(weight / total(read) - (raw[index] ?? 0) / total(raw)) <= roundingError,
  );
  return alike ? raw : read;
}

/** What percents may be away from the weights that they were rounded from. */
const roundingError = 0.01;
