import type { StepResult } from "../result.js";
import type { Audience, Contender, Seen } from "../run.js";
import type { Step } from "../story.js";
import { trafficState } from "./state.js";

/** Tells the run in lines, for files and for terminals that cannot draw. */
export class PlainAudience implements Audience {
  private stage: Seen | undefined;

  constructor(private readonly say: (line: string) => void) {}

  began(stage: Seen, contender: Contender): void {
    this.stage = stage;
    this.say(`Traffic by ${contender.name}`);
  }

  stepBegan(step: Step): void {
    this.say(`${step.title}. ${step.says}`);
  }

  stepEnded({ seconds, requests, lost, missing }: StepResult): void {
    if (this.stage === undefined) return;
    const { world, load } = this.stage;
    const { versions } = trafficState(world, load.summary(), load.elapsed());
    const shares = versions.map(({ name, percent, perSecond }) => `${name} ${percent} % (${perSecond}/s)`).join(", ");
    this.say(`  ${seconds.toFixed(1)} s, ${requests} requests, ${lost} lost; ${shares}`);
    if (missing !== undefined) this.say(`  ${missing}`);
  }

  tick(): void {
    // A line is said where a step begins or ends.
  }

  ended(): void {
    // Nothing is left open.
  }
}
