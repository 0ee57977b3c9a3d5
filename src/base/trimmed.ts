/**
 * The same list in no more memory than it needs, for lists that are kept: V8 sizes what `filter`, `flatMap` and a spread
 * with something behind it give for 17 elements.
 */
export function trimmed<T>(list: readonly T[]): readonly T[] {
  return list.slice();
}
