/** Gives a slot back; calling it again does nothing. */
export type ReleaseSlot = () => void;

/** A bound on how many things run at once; waiters are served in the order they came. */
export class Slots {
  private readonly waiting = new Set<() => void>();

  constructor(private free: number) {}

  /** Waits for a slot. Resolves with undefined, and holds nothing, if `signal` aborts first. */
  acquire(signal: AbortSignal): Promise<ReleaseSlot | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    if (this.free > 0) {
      this.free -= 1;
      return Promise.resolve(this.releaser());
    }
    return new Promise((resolve) => {
      const give = (): void => {
        signal.removeEventListener("abort", leave);
        resolve(this.releaser());
      };
      const leave = (): void => {
        this.waiting.delete(give);
        resolve(undefined);
      };
      this.waiting.add(give);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  private releaser(): ReleaseSlot {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const [next] = this.waiting;
      if (next === undefined) {
        this.free += 1;
        return;
      }
      this.waiting.delete(next);
      next();
    };
  }
}
