import type { Backend } from "../route.js";
import type { SubsetLabels, VersionIdentity } from "../reader/identify.js";
import { identifyVersion } from "../reader/identify.js";

/** Who may carry traffic, and who takes over. `allowed` and `fallback` go by the versions' index. */
export interface Permit {
  readonly allowed: readonly boolean[];
  readonly fallback: readonly number[];
  readonly versions: readonly VersionIdentity[];
  readonly subsetLabels?: SubsetLabels | undefined;
  /** Raw weights that were asked for, by version index, where what is guarded was made of them. */
  readonly weights?: readonly number[] | undefined;
}

/** A version of the fallback and its relative weight. */
export interface FallbackShare {
  readonly version: VersionIdentity;
  readonly weight: number;
}

/** The version that a backend means. */
export function versionOf(backend: Backend, permit: Permit): VersionIdentity | undefined {
  const index = identifyVersion(backend, permit.versions, permit.subsetLabels);
  return index === undefined ? undefined : permit.versions.find((version) => version.index === index);
}

/** True for a backend that is a version without the right to carry. What is no version is not ours to judge. */
export function isForbidden(backend: Backend, permit: Permit): boolean {
  const version = versionOf(backend, permit);
  return version !== undefined && permit.allowed[version.index] !== true;
}

/** The versions of the fallback that may carry, the heaviest first, at equal weight by index. */
export function fallbackShares(permit: Permit): readonly FallbackShare[] {
  return permit.versions
    .map((version) => ({ version, weight: permit.fallback[version.index] ?? 0 }))
    .filter(({ version, weight }) => weight > 0 && permit.allowed[version.index] === true)
    .sort((a, b) => b.weight - a.weight || a.version.index - b.version.index);
}
