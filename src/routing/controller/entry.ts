import { hashJson } from "../../base/hash.js";
import type { KubeObject } from "../../kube/object.js";
import type { Claim, OutputId, RoutemapObject, SpecState } from "../observed.js";
import { withClaim } from "../heldClaims.js";
import type { Memory } from "../memory.js";
import { blankMemory } from "../memory.js";
import { names } from "../names.js";
import { OutputCache } from "../render/outputCache.js";
import type { OutputTrack } from "../track.js";

/** Everything this process holds about one routemap, by its uid: a cache, rebuilt from the cluster after a restart. */
export class RoutemapEntry {
  object: KubeObject;
  /** `unknown`: it left the store, and only a live read can tell whether it is gone or lost its label. */
  life: RoutemapObject["life"] | "unknown" = "present";
  /** Annotations that count as if the user had written them. */
  orders: Readonly<Record<string, string>> = {};
  spec: SpecState = { state: "invalid", problems: [] };
  memory: Memory = blankMemory;
  claims: readonly Claim[] = [];
  readonly tracks = new Map<string, OutputTrack>();
  readonly known = new Map<string, OutputId>();
  readonly reading = new OutputCache();
  /** The annotations with the status as this process published them last. */
  published: Readonly<Record<string, string>> | undefined;
  /** Monotonic time of the last status write. */
  statusWrittenAt = -Infinity;
  /** Monotonic time since which the published status is not the present one. */
  statusOwedSince: number | undefined;
  /** How often it was reconciled: tells the log lines of one run from those of another. */
  runs = 0;
  /** False until this process has looked at it once. */
  surveyed = false;
  /** What was decoded last: the text as the object has it, not a copy of it, and the configuration. */
  private decoded: { readonly text: string; readonly generationOfConfig: number } | undefined;

  constructor(object: KubeObject) {
    this.object = object;
  }

  get uid(): string {
    return this.object.metadata.uid;
  }

  get namespace(): string {
    return this.object.metadata.namespace ?? "";
  }

  get name(): string {
    return this.object.metadata.name;
  }

  /** What a plan sees of the object. */
  view(): RoutemapObject {
    return {
      namespace: this.namespace,
      name: this.name,
      uid: this.uid,
      labels: this.object.metadata.labels ?? {},
      annotations: { ...this.object.metadata.annotations, ...this.orders },
      life: this.life === "unknown" ? "gone" : this.life,
    };
  }

  /** Decodes the spec anew where the text changed; `decode` gets the text and keeps the last good spec. */
  refresh(text: string, generationOfConfig: number, decode: (text: string) => SpecState): boolean {
    const { decoded } = this;
    // The new text is kept even where it is equal, or two of them would stay in memory.
    this.decoded = { text, generationOfConfig };
    if (decoded?.text === text && decoded.generationOfConfig === generationOfConfig) return false;
    const next = decode(text);
    const lastGood = this.spec.state === "valid" ? this.spec.routemap : this.spec.lastGood;
    this.spec = next.state === "valid" || lastGood === undefined ? next : { ...next, lastGood };
    return true;
  }

  /** Remembers that an object belongs to a version; the newest uid of a name counts. */
  claim(claim: Claim): void {
    this.claims = withClaim(this.claims, claim);
  }

  /** Forgets an object that was released or is gone. */
  unclaim(uid: string): void {
    this.claims = this.claims.filter((known) => known.uid !== uid);
  }
}

/** Hash of what a user can change on a routemap: our own status write must not wake us (docs/rules.md, "Status"). */
export function routemapFingerprint(object: KubeObject): string {
  const { [names.status]: _status, [names.ready]: _ready, ...annotations } = object.metadata.annotations ?? {};
  return hashJson({
    data: object["data"] ?? null,
    labels: object.metadata.labels ?? {},
    annotations,
    deleting: object.metadata.deletionTimestamp ?? null,
  });
}
