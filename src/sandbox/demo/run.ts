import type { CancelTimer, Clock } from "../../base/clock.js";
import { seededRandom } from "../../base/random.js";
import { Sandbox } from "../cluster/sandbox.js";
import type { SandboxOptions } from "../cluster/sandbox.js";
import type { RunResult, StepResult } from "./result.js";
import { Stage } from "./stage.js";
import type { Step } from "./story.js";
import { story } from "./story.js";

/** A controller at work. */
export interface RunningContender {
  /** Address of its dashboard, where it has one. */
  readonly dashboard?: string | undefined;
  stop(): Promise<void>;
}

/** A controller that routes the story's traffic. */
export interface Contender {
  readonly name: string;
  /** Starts it in a sandbox; resolves when it works. */
  start(sandbox: Sandbox, signal: AbortSignal): Promise<RunningContender>;
}

/** What an audience sees of the stage. */
export type Seen = Pick<Stage, "world" | "load">;

/** Told how a run goes. */
export interface Audience {
  /** Everything runs, and the story begins. */
  began(stage: Seen, contender: Contender): void;
  stepBegan(step: Step): void;
  stepEnded(result: StepResult): void;
  /** Called some times a second. */
  tick(): void;
  /** Nothing more comes, or the story was cut short. */
  ended(): void;
}

/** What a run is made of. */
export interface RunOptions {
  readonly sandbox: Omit<SandboxOptions, "clock" | "random" | "lag" | "startMs" | "port" | "gatewayPort">;
  readonly clock: Clock;
  readonly seed: number;
  readonly speed: number;
  readonly audience: Audience;
}

/** How long Pods take to become ready, milliseconds. */
const startMs = 2_000;

/**
 * A gateway under load: it accepts a route at once and follows it later, while it follows endpoints without delay.
 * Contour and Envoy, busy with other routes, need 100 ms and more; other gateways need seconds.
 */
const lag = { routes: { minMs: 250, maxMs: 450 }, endpoints: 0, statusMs: 10 } as const;

const tickEvery = 200;

/** A story that was played; the cluster stays until `stop`. */
export interface Played {
  readonly result: RunResult;
  readonly sandbox: Pick<Sandbox, "gatewayAddress" | "kubeconfigFile">;
  stop(): Promise<void>;
}

/** Plays the story; rejects where that cannot be done or `signal` aborts. */
export type PlayStory = (options: RunOptions, contender: Contender, signal: AbortSignal) => Promise<Played>;

/** Plays the story with a controller in a sandbox of its own. */
export const playStory: PlayStory = async (options, contender, signal) => {
  const { clock, seed, speed } = options;
  const random = seededRandom(seed);
  const common = { clock, random, lag, startMs: startMs / speed, port: 0, gatewayPort: 0 };
  const sandbox = await Sandbox.start({ ...options.sandbox, ...common }, signal);
  const ending: (() => Promise<unknown>)[] = [() => sandbox.stop()];
  const stop = async (): Promise<void> => {
    for (const end of ending.splice(0).reverse()) await end();
  };
  try {
    const controller = await contender.start(sandbox, signal);
    ending.push(() => controller.stop());
    const stage = new Stage({ sandbox, clock, random: seededRandom(seed + 1), speed, signal });
    ending.push(() => stage.world.stop());
    const result = await playOn(stage, options, contender);
    return { result, sandbox, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
};

async function playOn(stage: Stage, options: RunOptions, contender: Contender): Promise<RunResult> {
  const { clock } = options;
  const began = clock.monotonic();
  try {
    const steps = await playSteps(stage, options, contender);
    const { total, lost, lostByReason } = await stage.load.stop();
    return {
      controller: contender.name,
      requests: total,
      lost,
      lostByReason: { ...lostByReason },
      seconds: (clock.monotonic() - began) / 1_000,
      steps: withRemainder(steps, total, lost),
    };
  } finally {
    await stage.load.stop();
  }
}

async function playSteps(
  stage: Stage,
  { clock, audience }: RunOptions,
  contender: Contender,
): Promise<readonly StepResult[]> {
  audience.began(stage, contender);
  const ticking = everySoOften(clock, () => audience.tick());
  try {
    const steps: StepResult[] = [];
    for (const step of story) {
      audience.stepBegan(step);
      const result = await playStep(step, stage, clock);
      steps.push(result);
      audience.stepEnded(result);
    }
    return steps;
  } finally {
    ticking();
    audience.ended();
  }
}

async function playStep(step: Step, stage: Stage, clock: Clock): Promise<StepResult> {
  const began = clock.monotonic();
  const before = stage.load.summary();
  const missing = await step.play(stage);
  const after = stage.load.summary();
  return {
    name: step.name,
    title: step.title,
    seconds: (clock.monotonic() - began) / 1_000,
    requests: after.total - before.total,
    lost: after.lost - before.lost,
    ...(missing === undefined ? {} : { missing }),
  };
}

/** What was under way when the last step ended counts as the last step's. */
function withRemainder(steps: readonly StepResult[], total: number, lost: number): readonly StepResult[] {
  const counted = (of: (step: StepResult) => number): number => steps.reduce((sum, step) => sum + of(step), 0);
  const moreRequests = total - counted(({ requests }) => requests);
  const moreLost = lost - counted((step) => step.lost);
  return steps.map((step, index) =>
    index === steps.length - 1 ? { ...step, requests: step.requests + moreRequests, lost: step.lost + moreLost } : step,
  );
}

function everySoOften(clock: Clock, run: () => void): CancelTimer {
  let cancel: CancelTimer = () => undefined;
  const next = (): void => {
    cancel = clock.after(tickEvery, () => {
      run();
      next();
    });
  };
  next();
  return () => cancel();
}
