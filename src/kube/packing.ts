import type { KubeObject } from "./object.js";
import { isKubeObject } from "./object.js";

/** How objects are kept that are seldom read: as a text, which takes a third of the memory of the object. */
export interface Packing<T> {
  /** How many objects stay unpacked beside their texts, those put or read last. */
  readonly unpacked: number;
  pack(object: T): string;
  /** The object of a text that `pack` gave. */
  unpack(text: string): T;
}

/** Objects as JSON; what JSON leaves out (`undefined`) comes back as absent. */
export const asJson: Packing<KubeObject> = {
  // What one look at an app reads of a kind, and some more.
  unpacked: 128,
  pack: (object) => JSON.stringify(object),
  unpack(text) {
    const object: unknown = JSON.parse(text);
    if (isKubeObject(object)) return object;
    throw new TypeError(`packed text is no Kubernetes object: ${text.slice(0, 100)}`);
  },
};
