import type { Clock } from "../../../base/clock.js";
import type { StepResult } from "../result.js";
import type { Audience, Contender, Seen } from "../run.js";
import type { Step } from "../story.js";
import { story } from "../story.js";
import { frame } from "./frame.js";
import type { Paint } from "../../../base/paint.js";
import type { Screen } from "./screen.js";
import { trafficState } from "./state.js";

/** Shows the run as a picture that changes. */
export class LiveAudience implements Audience {
  private stage: Seen | undefined;
  private controller = "";
  private beganAt = 0;
  private now: Step | undefined;
  private done: StepResult[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly screen: Screen,
    private readonly paint: Paint,
  ) {}

  began(stage: Seen, contender: Contender): void {
    this.stage = stage;
    this.controller = contender.name;
    this.beganAt = this.clock.monotonic();
    this.done = [];
    this.screen.begin();
  }

  stepBegan(step: Step): void {
    this.now = step;
    this.tick();
  }

  stepEnded(result: StepResult): void {
    this.done.push(result);
    this.tick();
  }

  tick(): void {
    if (this.stage === undefined) return;
    const { world, load } = this.stage;
    const seconds = (this.clock.monotonic() - this.beganAt) / 1_000;
    const progress = { controller: this.controller, seconds, story, done: this.done, now: this.now };
    const traffic = trafficState(world, load.summary(), load.elapsed());
    this.screen.draw(frame(progress, traffic, { paint: this.paint, columns: this.screen.columns }));
  }

  ended(): void {
    this.tick();
    this.screen.end();
  }
}
