import { systemClock } from "../../../src/base/clock.js";

/** Works through `items`, `width` at a time, in their order; resolves with the milliseconds it took. Stops at an error. */
export async function inParallel<T>(
  items: Iterable<T>,
  width: number,
  signal: AbortSignal,
  work: (item: T) => Promise<unknown>,
): Promise<number> {
  const started = systemClock.monotonic();
  const left = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) {
      signal.throwIfAborted();
      await work(next.value);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return systemClock.monotonic() - started;
}
