import type { JsonObject } from "../base/json.js";
import type { OutputId } from "./observed.js";
import type { ResourceRef } from "./routemap.js";

/** Puts our finalizer on an object that a version needs, before the version is given weight. */
export interface ClaimAction {
  readonly type: "claim";
  readonly version: string;
  readonly ref: ResourceRef;
  readonly uid: string;
}

/** A version that a write gives weight it did not have; each ref is read live first and must then still qualify. */
export interface Gain {
  readonly version: string;
  readonly refs: readonly ResourceRef[];
}

/**
 * Writes one output by server-side apply.
 *
 * - `create`: only where nothing is.
 * - `return`: some version goes to 0; forced, and on the third try without a resourceVersion.
 * - `raise`, `reweight`: with uid and resourceVersion.
 */
export interface WriteAction {
  readonly type: "write";
  readonly mode: "create" | "return" | "raise" | "reweight";
  readonly output: OutputId;
  readonly body: JsonObject;
  readonly weights: readonly number[];
  readonly gains: readonly Gain[];
  /** Every object of a version that the body gives weight: none of them may be released meanwhile. */
  readonly uses: readonly ResourceRef[];
  /** Fields of another manager may be taken: it is a return, drift, adoption, or Iter8's leftovers. */
  readonly force: boolean;
  /** After the write, an empty apply in the name of `iter8-controller` drops what only it still owns. */
  readonly sweepIter8: boolean;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** Deletes an output that is no longer rendered. */
export interface PruneAction {
  readonly type: "prune";
  readonly output: OutputId;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Takes our label and owner reference off an output whose routemap gave it up; the route itself stays. */
export interface HandOverAction {
  readonly type: "handOver";
  readonly output: OutputId;
  readonly uid: string;
}

/**
 * Takes `foregroundDeletion` off a held object that is being deleted: with it, the garbage collector takes the Pods at
 * once, whatever other finalizers say. What then goes on is a deletion in the background.
 */
export interface StripAction {
  readonly type: "strip";
  readonly version: string;
  readonly ref: ResourceRef;
  readonly uid: string;
}

/** Why a finalizer may go: by proof, or by a recorded exception to it. */
export type ReleaseGround =
  "proof" | "nothing-left" | "namespace-terminating" | "deadline" | "single-version" | "never-claimed";

/** Takes our finalizer off an object, if every claimant agrees on live reads. */
export interface ReleaseAction {
  readonly type: "release";
  readonly version: string;
  readonly ref: ResourceRef;
  readonly uid: string;
  readonly ground: ReleaseGround;
}

/** What the shell may be asked to do. */
export type Action = ClaimAction | WriteAction | PruneAction | HandOverAction | StripAction | ReleaseAction;
