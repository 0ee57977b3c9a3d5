import { sleep, systemClock } from "../../src/base/clock.js";
import type { Random } from "../../src/base/random.js";
import type { ControllerProcess } from "../support/controllerProcess.js";

/** A controller that is killed after `pauseMs` to twice that, and started again at once, until it is told to end. */
export class Restarts {
  private readonly ended = new AbortController();
  private running: Promise<void> = Promise.resolve();
  /** How often it was killed. */
  count = 0;

  private constructor(
    private readonly random: Random,
    private readonly pauseMs: number,
    private readonly launch: () => Promise<ControllerProcess>,
  ) {}

  static async begin(random: Random, pauseMs: number, launch: () => Promise<ControllerProcess>): Promise<Restarts> {
    const restarts = new Restarts(random, pauseMs, launch);
    restarts.running = restarts.run(await launch());
    return restarts;
  }

  async end(): Promise<void> {
    this.ended.abort();
    await this.running;
  }

  private async run(first: ControllerProcess): Promise<void> {
    let current = first;
    for (;;) {
      await sleep(systemClock, this.pauseMs * (1 + this.random.next()), this.ended.signal);
      if (this.ended.signal.aborted) return;
      await current.kill();
      this.count += 1;
      current = await this.launch();
    }
  }
}
