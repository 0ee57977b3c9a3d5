/** Waits until `condition` holds, for at most five seconds; it is checked after every turn of the event loop. */
export async function until(condition: () => boolean, what = "the condition"): Promise<void> {
  const end = process.hrtime.bigint() + 5_000_000_000n;
  while (!condition()) {
    if (process.hrtime.bigint() > end) throw new Error(`${what} did not come true within 5 s`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
