/** Keys of a list's items. */
export interface Arrangement {
  /** All items there shall be, each once. */
  readonly merged: readonly string[];
  /** The order before the patch. */
  readonly live: readonly string[];
  /** The order that the patch sets. */
  readonly set: readonly string[];
}

/**
 * The items in order: those that the patch names in the patch's order, the others in the live order, and an other one
 * before the first named item that it stood before in the live list.
 */
export function arrange({ merged, live, set }: Arrangement): readonly string[] {
  const place = new Map(set.map((key, index) => [key, index]));
  const livePlace = new Map(live.map((key, index) => [key, index]));
  const named = merged.filter((key) => place.has(key)).sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
  const others = merged.filter((key) => !place.has(key));
  others.sort((a, b) => (livePlace.get(a) ?? live.length) - (livePlace.get(b) ?? live.length));
  const arranged: string[] = [];
  for (const key of named) {
    const here = livePlace.get(key);
    while (here !== undefined && (livePlace.get(others[0] ?? "") ?? Infinity) < here)
      arranged.push(...others.splice(0, 1));
    arranged.push(key);
  }
  return [...arranged, ...others];
}
