import { hashJson } from "../../base/hash.js";
import { TextPacker } from "../../base/textPacker.js";
import type { KubeObject } from "../../kube/object.js";
import { likeTheFirst } from "../../kube/packing.js";
import type { Slot } from "../../kube/shelf.js";
import { Shelf } from "../../kube/shelf.js";
import type { Claim, OutputId, RoutemapObject, SpecState } from "../observed.js";
import { withClaim } from "../heldClaims.js";
import type { Memory } from "../memory.js";
import { blankMemory } from "../memory.js";
import { names } from "../names.js";
import { OutputCache } from "../render/outputCache.js";
import type { OutputTrack } from "../track.js";

/** The annotations with the status. */
export type PublishedStatus = Readonly<Record<typeof names.status | typeof names.ready, string>>;

/** What all entries of a controller keep packed, each kind of text with what it is mostly like. */
export class EntryPacking {
  readonly objects = new Shelf(likeTheFirst());
  readonly manifests = new TextPacker();
  readonly statuses = new TextPacker();
}

/** Everything this process holds about one routemap, by its uid: a cache, rebuilt from the cluster after a restart. */
export class RoutemapEntry {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** `unknown`: it left the store, and only a live read can tell whether it is gone or lost its label. */
  life: RoutemapObject["life"] | "unknown" = "present";
  /** Annotations that count as if the user had written them. */
  orders: Readonly<Record<string, string>> = {};
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
  private readonly slot: Slot<KubeObject>;
  private publishedText: string | undefined;
  /** Of what was decoded last. */
  private decoded: { readonly hash: string; readonly generationOfConfig: number } | undefined;

  constructor(
    object: KubeObject,
    private readonly packing: EntryPacking,
  ) {
    const { uid, namespace = "", name } = object.metadata;
    this.uid = uid;
    this.namespace = namespace;
    this.name = name;
    this.reading = new OutputCache(packing.manifests);
    this.slot = { content: object };
    packing.objects.put(this.slot, object);
  }

  /** The ConfigMap as seen last. */
  get object(): KubeObject {
    return this.packing.objects.get(this.slot);
  }

  set object(object: KubeObject) {
    this.packing.objects.put(this.slot, object);
  }

  /** The status as this process published it last. */
  get published(): PublishedStatus | undefined {
    if (this.publishedText === undefined) return undefined;
    const [ready = "", ...status] = this.packing.statuses.unpack(this.publishedText).split("\n");
    return { [names.ready]: ready, [names.status]: status.join("\n") };
  }

  /** Remembers a status as published. */
  publish(status: PublishedStatus): void {
    this.publishedText = this.packing.statuses.pack(`${status[names.ready]}\n${status[names.status]}`);
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
