type Work = () => Promise<void>;

interface Run {
  again: Work | undefined;
  done: Promise<void>;
}

/**
 * Runs work of one key one after the other and of different keys side by side. While one runs, further requests of its
 * key melt into one more run afterwards: work must look at the state of the day, not at what asked for it.
 */
export class Serial {
  private readonly runs = new Map<string, Run>();

  /** Runs `work` now, or after the run of this key that is under way. */
  run(key: string, work: Work): void {
    const current = this.runs.get(key);
    if (current !== undefined) {
      current.again = work;
      return;
    }
    const run: Run = { again: work, done: Promise.resolve() };
    this.runs.set(key, run);
    run.done = this.drain(key, run);
  }

  /** Resolves when nothing of these keys runs, by default when nothing runs at all. Rejects with what a run threw. */
  async idle(keys?: readonly string[]): Promise<void> {
    for (;;) {
      const under = (keys ?? [...this.runs.keys()]).flatMap((key) => this.runs.get(key) ?? []);
      if (under.length === 0) return;
      await Promise.all(under.map((run) => run.done));
    }
  }

  private async drain(key: string, run: Run): Promise<void> {
    try {
      while (run.again !== undefined) {
        const work = run.again;
        run.again = undefined;
        await work();
      }
    } finally {
      this.runs.delete(key);
    }
  }
}
