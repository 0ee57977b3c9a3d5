import { isDeepStrictEqual } from "node:util";

import type { KindSettings } from "../../config/kind.js";
import type { KubeObject } from "../../kube/object.js";
import { groupResourceOf } from "../../kube/resource.js";
import type { Endpoints } from "../observed.js";
import { gateChain, judgeResource } from "./chain.js";
import type { Gate, Verdict } from "./verdict.js";

/** Kinds of whose status more is read than gates read: how KServe runs them, and where. */
const readElsewhere: ReadonlySet<string> = new Set(["inferenceservices.serving.kserve.io"]);

interface Judge {
  readonly kind: KindSettings;
  readonly chain: readonly Gate[];
}

/**
 * Tells the updates of watched objects that cannot change any plan: nothing but the status differs, no gate says anything
 * else of it, and whoever is asked is not being deleted. Most of what a busy cluster writes is of that sort.
 */
export class Constancy {
  private readonly judges = new Map<string, readonly Judge[]>();

  constructor(readonly kinds: ReadonlyMap<string, KindSettings>) {}

  /**
   * Whether both states of an object are the same to every plan of routemaps that have no expression of their own for it.
   * `endpoints`: those of a Service as they are now.
   */
  isSame(groupResource: string, previous: KubeObject, next: KubeObject, endpoints: Endpoints): boolean {
    if (readElsewhere.has(groupResource) || next.metadata.deletionTimestamp !== undefined) return false;
    if (!isDeepStrictEqual(butForStatus(previous), butForStatus(next))) return false;
    return this.judgesOf(groupResource).every(
      (judge) =>
        sameVerdicts(judge, previous, next, endpoints, false) && sameVerdicts(judge, previous, next, endpoints, true),
    );
  }

  /** One for each shorthand of the kind: their settings may differ. */
  private judgesOf(groupResource: string): readonly Judge[] {
    const known = this.judges.get(groupResource);
    if (known !== undefined) return known;
    const kinds = [...this.kinds.values()].filter((kind) => groupResourceOf(kind) === groupResource);
    const judges = kinds.map((kind) => ({ kind, chain: gateChain(kind) }));
    this.judges.set(groupResource, judges);
    return judges;
  }
}

function sameVerdicts(
  judge: Judge,
  previous: KubeObject,
  next: KubeObject,
  endpoints: Endpoints,
  carrying: boolean,
): boolean {
  const verdicts = (object: KubeObject): readonly Verdict[] => verdictsOf(judge, object, endpoints, carrying);
  return isDeepStrictEqual(verdicts(previous), verdicts(next));
}

function verdictsOf(
  { kind, chain }: Judge,
  object: KubeObject,
  endpoints: Endpoints,
  carrying: boolean,
): readonly Verdict[] {
  const { namespace = "", name } = object.metadata;
  const ref = { kind: kind.shorthand, namespace, name };
  return judgeResource({ ref, kind, seen: { state: "seen", object }, carrying, endpoints }, chain);
}

/** Its status and its version left out. */
function butForStatus(object: KubeObject): unknown {
  const { status: _status, statusTruncated: _truncated, metadata, ...rest } = object;
  const { resourceVersion: _version, ...kept } = metadata;
  return { ...rest, metadata: kept };
}
