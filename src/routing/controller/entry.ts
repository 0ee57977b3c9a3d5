import { hashJson } from "../../base/hash.js";
import { TextPacker } from "../../base/textPacker.js";
import { trimmed } from "../../base/trimmed.js";
import type { KubeObject } from "../../kube/object.js";
import type { Claim, OutputId, RoutemapObject, SpecState } from "../observed.js";
import { withClaim } from "../heldClaims.js";
import type { Memory } from "../memory.js";
import { blankMemory } from "../memory.js";
import { names } from "../names.js";
import { manifestShelf, OutputCache } from "../render/outputCache.js";
import type { OutputTrack } from "../track.js";

/** The annotations with the status. */
export type PublishedStatus = Readonly<Record<typeof names.status | typeof names.ready, string>>;

/** What all entries of a controller share: packings, each for texts that are much alike, and the store of routemaps. */
export class EntryShare {
  readonly manifests = manifestShelf();
  readonly statuses = new TextPacker();

  /** `stored`: the ConfigMap of this name in the store. */
  constructor(readonly stored: (namespace: string, name: string) => KubeObject | undefined) {}
}

const noOrders: Readonly<Record<string, string>> = {};

/** Everything this process holds about one routemap, by its uid: a cache, rebuilt from the cluster after a restart. */
export class RoutemapEntry {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** `unknown`: it left the store, and only a live read can tell whether it is gone or lost its label. */
  life: RoutemapObject["life"] | "unknown" = "present";
  /** Annotations that count as if the user had written them. */
  orders = noOrders;
  spec: SpecState = { state: "invalid", problems: [] };
  memory: Memory = blankMemory;
  claims: readonly Claim[] = [];
  readonly tracks = new Map<string, OutputTrack>();
  /** Every output of it that this process has seen. */
  known: readonly OutputId[] = [];
  readonly reading: OutputCache;
  /** Monotonic time of the last status write. */
  statusWrittenAt = -Infinity;
  /** How often it was reconciled: tells the log lines of one run from those of another. */
  runs = 0;
  /** False until this process has looked at it once. */
  surveyed = false;
  /** The ConfigMap as it was seen last, where the store does not have it. */
  private last: KubeObject | undefined;
  private publishedText: string | undefined;
  /** Of what was decoded last. */
  private decoded: { readonly hash: string; readonly generationOfConfig: number } | undefined;

  constructor(
    object: KubeObject,
    private readonly share: EntryShare,
  ) {
    const { uid, namespace = "", name } = object.metadata;
    this.uid = uid;
    this.namespace = namespace;
    this.name = name;
    this.reading = new OutputCache(share.manifests);
    this.last = object;
  }

  /** The ConfigMap as seen last. */
  get object(): KubeObject {
    if (this.last !== undefined) return this.last;
    const stored = this.share.stored(this.namespace, this.name);
    return stored?.metadata.uid === this.uid ? stored : this.unseen();
  }

  /** Takes the ConfigMap as it was seen. `stored`: the store has it, so that it need not be kept twice. */
  see(object: KubeObject, stored: boolean): void {
    this.last = stored ? undefined : object;
  }

  private unseen(): KubeObject {
    const { uid, namespace, name } = this;
    return { apiVersion: "v1", kind: "ConfigMap", metadata: { uid, namespace, name, resourceVersion: "" } };
  }

  /** The status as this process published it last. */
  get published(): PublishedStatus | undefined {
    if (this.publishedText === undefined) return undefined;
    const [ready = "", ...status] = this.share.statuses.unpack(this.publishedText).split("\n");
    return { [names.ready]: ready, [names.status]: status.join("\n") };
  }

  /** Remembers a status as published. */
  publish(status: PublishedStatus): void {
    this.publishedText = this.share.statuses.pack(`${status[names.ready]}\n${status[names.status]}`);
  }

  /** What a plan sees of the object. */
  view(): RoutemapObject {
    const { metadata } = this.object;
    return {
      namespace: this.namespace,
      name: this.name,
      uid: this.uid,
      labels: metadata.labels ?? {},
      annotations: { ...metadata.annotations, ...this.orders },
      life: this.life === "unknown" ? "gone" : this.life,
    };
  }

  /** Decodes the spec anew where the text changed; `decode` gets the text and keeps the last good spec. */
  refresh(text: string, generationOfConfig: number, decode: (text: string) => SpecState): boolean {
    const hash = hashJson(text);
    if (this.decoded?.hash === hash && this.decoded.generationOfConfig === generationOfConfig) return false;
    this.decoded = { hash, generationOfConfig };
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
    this.claims = trimmed(this.claims.filter((known) => known.uid !== uid));
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
