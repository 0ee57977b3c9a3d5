import type { KubeObject } from "../../../kube/object.js";
import { parseResourceVersion } from "../../../kube/resourceVersion.js";
import type { Follower } from "../follow.js";

/** Under which word an object is looked up together with others. */
export type IndexBy = (object: KubeObject) => string | undefined;

/** Told of each object that came, changed or went, and what it was before if it was known. */
export type Listener = (object: KubeObject, before: KubeObject | undefined) => void;

const rememberedGone = 10_000;

/**
 * The objects of one kind as far as they are known: what a watch tells and what our own writes were answered with,
 * whichever is newer, so that no controller does a thing twice because its watch lags behind.
 */
export class Mirror implements Follower {
  private readonly objects = new Map<string, KubeObject>();
  private readonly groups = new Map<string, Set<string>>();
  private readonly gone = new Set<string>();
  private readonly listeners = new Set<Listener>();
  private settle = (): void => undefined;
  /** Resolves when everything that was there has been told. */
  readonly listed = new Promise<void>((resolve) => {
    this.settle = resolve;
  });

  constructor(private readonly indexBy: IndexBy) {}

  onChange(listener: Listener): void {
    this.listeners.add(listener);
  }

  onObject(object: KubeObject): void {
    const { uid } = object.metadata;
    const known = this.objects.get(uid);
    if (this.gone.has(uid) || (known !== undefined && !isNewer(object, known))) return;
    this.put(object, known);
    this.tell(object, known);
  }

  onGone(uid: string): void {
    this.rememberGone(uid);
    const known = this.objects.get(uid);
    if (known === undefined) return;
    this.objects.delete(uid);
    this.unindex(known);
    this.tell(known, known);
  }

  onListed(): void {
    this.settle();
  }

  get(uid: string): KubeObject | undefined {
    return this.objects.get(uid);
  }

  /** The objects of one word of the index. */
  group(word: string): readonly KubeObject[] {
    return [...(this.groups.get(word) ?? [])].flatMap((uid) => this.objects.get(uid) ?? []);
  }

  private put(object: KubeObject, known: KubeObject | undefined): void {
    if (known !== undefined) this.unindex(known);
    this.objects.set(object.metadata.uid, object);
    const word = this.indexBy(object);
    if (word === undefined) return;
    const group = this.groups.get(word) ?? new Set();
    this.groups.set(word, group.add(object.metadata.uid));
  }

  private unindex(object: KubeObject): void {
    const word = this.indexBy(object);
    const group = word === undefined ? undefined : this.groups.get(word);
    if (word === undefined || group === undefined) return;
    group.delete(object.metadata.uid);
    if (group.size === 0) this.groups.delete(word);
  }

  /** The answer to a write of ours may come after the watch has told that the object is gone. */
  private rememberGone(uid: string): void {
    this.gone.add(uid);
    const [oldest] = this.gone;
    if (this.gone.size > rememberedGone && oldest !== undefined) this.gone.delete(oldest);
  }

  private tell(object: KubeObject, before: KubeObject | undefined): void {
    for (const listener of this.listeners) listener(object, before);
  }
}

function isNewer(object: KubeObject, known: KubeObject): boolean {
  const version = parseResourceVersion(object.metadata.resourceVersion);
  const knownVersion = parseResourceVersion(known.metadata.resourceVersion);
  return version === undefined || knownVersion === undefined || version > knownVersion;
}
