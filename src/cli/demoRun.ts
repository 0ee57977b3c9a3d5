import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { systemClock } from "../base/clock.js";
import { describeError } from "../base/errors.js";
import { installShutdown } from "../runtime/shutdown.js";
import { readDefinitions } from "../sandbox/cluster/definitions.js";
import { likeIter8, logFileName, pointsman } from "../sandbox/demo/contenders.js";
import { demoRoute, smokeTestDefinition } from "../sandbox/demo/objects.js";
import type { RunResult } from "../sandbox/demo/result.js";
import { isPerfect } from "../sandbox/demo/result.js";
import type { Audience, Contender, Played, PlayStory } from "../sandbox/demo/run.js";
import { playStory } from "../sandbox/demo/run.js";
import { summaryJson, summaryText } from "../sandbox/demo/summary.js";
import { LiveAudience } from "../sandbox/demo/view/liveAudience.js";
import { painter } from "../base/paint.js";
import { PlainAudience } from "../sandbox/demo/view/plainAudience.js";
import type { Canvas } from "../sandbox/demo/view/screen.js";
import { Screen } from "../sandbox/demo/view/screen.js";
import type { Io } from "./command.js";
import type { DemoRun } from "./demo.js";
import type { SandboxParts } from "./sandboxRun.js";
import { startEmbedded } from "./sandboxRun.js";

/** Plays the demo, with both controllers if that was asked for. Where somebody watches, the cluster stays afterwards. */
export async function runDemo(
  run: DemoRun,
  io: Io,
  parts: SandboxParts,
  player: PlayStory = playStory,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "pointsman-demo-"));
  const shutdown = installShutdown(process, systemClock, {
    stopping: () => undefined,
    forced: (reason, error) => io.stderr.write(`pointsman: ${reason}: ${describeError(error)}\n`),
  });
  let keeps = false;
  try {
    const results = await play({ run, io, parts, folder, player }, shutdown.signal);
    const [own] = results;
    keeps = own === undefined || !isPerfect(own);
    if (keeps) io.stderr.write(`the controller's log: ${join(folder, logFileName)}\n`);
    if (run.json) io.stdout.write(`${summaryJson(results)}\n`);
    return keeps ? 1 : 0;
  } catch (thrown) {
    if (!shutdown.signal.aborted) throw thrown;
    io.stderr.write("pointsman: the demo was ended before the story was\n");
    return 1;
  } finally {
    shutdown.release();
    if (!keeps) await rm(folder, { recursive: true, force: true });
  }
}

interface Playing {
  readonly run: DemoRun;
  readonly io: Io;
  readonly parts: SandboxParts;
  readonly folder: string;
  readonly player: PlayStory;
}

async function play(playing: Playing, signal: AbortSignal): Promise<readonly RunResult[]> {
  const { run, io, parts, folder } = playing;
  const first = pointsman({ program: parts.program, folder, env: io.env, clock: systemClock });
  const contenders: readonly Contender[] = run.compare ? [first, likeIter8(systemClock)] : [first];
  const results: RunResult[] = [];
  for (const contender of contenders) {
    const played = await playOne(playing, contender, signal);
    try {
      results.push(played.result);
      if (contender !== contenders.at(-1)) continue;
      io.stdout.write(`\n${summaryText(results)}`);
      if (isWatched(run, io) && !run.compare) await stay(played, io, signal);
      else io.stdout.write(handsOn);
    } finally {
      await played.stop();
    }
  }
  return results;
}

async function playOne(
  { run, io, parts, folder, player }: Playing,
  contender: Contender,
  signal: AbortSignal,
): Promise<Played> {
  const definitions = [...(await readDefinitions(parts.definitions)), smokeTestDefinition()];
  const kubeconfigFile = join(folder, "kubeconfig");
  const sandbox = { startServer: startEmbedded, kubeconfigFile, definitions };
  const audience = audienceFor(run, io);
  const options = { sandbox, clock: systemClock, seed: run.seed, speed: run.speed, audience };
  return player(options, tellingDashboard(contender, run.json ? io.stderr : io.stdout), signal);
}

/** The same contender; where its dashboard is, is told as soon as it works. */
function tellingDashboard(contender: Contender, out: Io["stdout"]): Contender {
  return {
    name: contender.name,
    async start(sandbox, signal) {
      const started = await contender.start(sandbox, signal);
      if (started.dashboard !== undefined) out.write(`Watch it in a browser: ${started.dashboard}\n`);
      return started;
    },
  };
}

function isWatched(run: DemoRun, io: Io): boolean {
  return io.stdout.isTTY === true && !run.headless && !run.json;
}

function audienceFor(run: DemoRun, io: Io): Audience {
  if (!isWatched(run, io)) return new PlainAudience((line) => io.stdout.write(`${line}\n`));
  const paint = painter((io.env["NO_COLOR"] ?? "") === "");
  const canvas: Canvas = io.stdout;
  return new LiveAudience(systemClock, new Screen(canvas), paint);
}

/** Leaves the cluster running until Ctrl-C. */
async function stay({ sandbox }: Played, io: Io, signal: AbortSignal): Promise<void> {
  const { host, port } = sandbox.gatewayAddress;
  const lines = [
    "",
    "The cluster and its controller stay until you press Ctrl-C. Go on in another terminal:",
    `  export KUBECONFIG=${sandbox.kubeconfigFile}`,
    "  kubectl get deployments,pods,httproutes,smoketests",
    `  kubectl describe configmap ${demoRoute.name}`,
    `  kubectl annotate configmap ${demoRoute.name} iter8.tools/force-primary-`,
    "  kubectl delete deployment,service,smoketest v3 --wait=false; kubectl get pods --watch",
    `  curl -H 'Host: ${demoRoute.host}' http://${host}:${port}/`,
    "",
  ];
  io.stdout.write(lines.join("\n"));
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

const handsOn = [
  "",
  "Go on by hand: a cluster with the controller, until Ctrl-C, and in another terminal kubectl:",
  "  npx pointsman sandbox --with-controller --kubeconfig-out sandbox.kubeconfig -f config/sandbox/httpbin.yaml -f config/samples/blue-green.yaml",
  "  KUBECONFIG=sandbox.kubeconfig kubectl get configmaps,deployments,httproutes",
  "",
].join("\n");
