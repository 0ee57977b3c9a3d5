import { systemClock } from "../../../src/base/clock.js";
import { services } from "../app.js";
import { resourcePath } from "../../../src/kube/resource.js";
import { say } from "../run.js";
import { pathIn, serviceBody, sharedTemplate } from "./fleet.js";
import type { FleetRun } from "./fleetRun.js";
import { floorNamespace, floorWidth } from "./fleetRun.js";
import { applyAllBare, applyBare, bareName } from "./floors.js";
import type { RouteSight } from "./ledger.js";
import { sameWeights } from "./ledger.js";
import { inParallel } from "./parallel.js";
import type { Replica } from "./replica.js";

/** One turn of each, milliseconds from the first request to the last route that a watch showed. */
export interface ShiftTurn {
  /** A weight annotation and the apply of the route, by a script. */
  readonly bareAnnotations: number;
  /** The weight annotations by a script, the routes by the controller. */
  readonly annotations: number;
  /** The applies alone, by a script. */
  readonly bareApplies: number;
  /** An edit of shared templates by a script, the routes by the controller. */
  readonly templates: number;
  /** Processor time of the controller meanwhile, milliseconds for a route. */
  readonly annotationsCpu: number;
  readonly templatesCpu: number;
}

/** Many routes that change at once. */
export interface ShiftFigures {
  readonly routes: number;
  readonly templates: number;
  readonly turns: readonly ShiftTurn[];
  /** Routes that were not as they should be at the end. */
  readonly lost: number;
}

const turns = 3;
const patience = 120_000;
const firstTurn = 11;

/** Changes many routes at once, by turns with a script that does the same without thought. */
export async function measureShift(run: FleetRun, leader: Replica): Promise<ShiftFigures> {
  const count = run.shifted;
  const numbers = Array.from({ length: count }, (_, index) => index);
  await inParallel(numbers, floorWidth, run.signal, (index) =>
    run.create(services, floorNamespace, serviceBody(bareName(index), { name: annotatedName(index) })),
  );
  const found: ShiftTurn[] = [];
  for (let turn = firstTurn; turn < firstTurn + turns; turn += 1) {
    const at = async (work: () => Promise<number>): Promise<{ readonly ms: number; readonly cpu: number }> => {
      await run.untilQuiet(leader, 2000);
      const before = leader.cpuMs();
      const started = systemClock.monotonic();
      const ms = (await work()) - started;
      return { ms, cpu: (leader.cpuMs() - before) / count };
    };
    const bareAnnotations = await at(() => annotateBare(run, numbers, turn));
    const annotations = await at(() => annotate(run, turn));
    const bareApplies = await at(() => applyBareAll(run, count, turn + 100));
    const templates = await at(() => editTemplates(run, turn));
    found.push({
      bareAnnotations: bareAnnotations.ms,
      annotations: annotations.ms,
      bareApplies: bareApplies.ms,
      templates: templates.ms,
      annotationsCpu: annotations.cpu,
      templatesCpu: templates.cpu,
    });
    say(`  by annotation ${told(bareAnnotations.ms, annotations)}; by template ${told(bareApplies.ms, templates)}`);
  }
  await run.untilQuiet(leader);
  const lost = wrong(run, firstTurn + turns - 1) + (await run.ledger.differing()).length;
  return { routes: count, templates: Math.ceil(count / 100), turns: found, lost };
}

function told(bare: number, ours: { readonly ms: number; readonly cpu: number }): string {
  return `bare ${bare.toFixed(0)}, ours ${ours.ms.toFixed(0)} ms, ${ours.cpu.toFixed(1)} ms of processor for a route`;
}

/** Name of a Service of the script, whose annotation nobody reads. */
function annotatedName(index: number): string {
  return `${bareName(index)}-annotated`;
}

async function annotateBare(run: FleetRun, numbers: readonly number[], turn: number): Promise<number> {
  await inParallel(numbers, floorWidth, run.signal, async (index) => {
    const path = resourcePath(services, { namespace: floorNamespace, name: annotatedName(index) });
    await run.mergePatch(path, { metadata: { annotations: { "iter8.tools/weight": String(turn) } } });
    await applyBare(run, index, turn, turn);
  });
  const keys = numbers.map((index) => `${floorNamespace}/${bareName(index)}`);
  return run.ledger.untilEach(keys, (sight) => sameWeights(sight.weights, [80, turn]), patience, run.signal);
}

async function annotate(run: FleetRun, turn: number): Promise<number> {
  const [from, to] = [run.shifted, 2 * run.shifted];
  const body = { metadata: { annotations: { "iter8.tools/weight": String(turn) } } };
  await inParallel(run.apps(from, to), floorWidth, run.signal, (app) => run.mergePatch(pathIn(services, app), body));
  return run.ledger.untilEach(run.keys(from, to), hasWeight(turn), patience, run.signal);
}

async function applyBareAll(run: FleetRun, count: number, turn: number): Promise<number> {
  await applyAllBare(run, count, turn);
  const keys = Array.from({ length: count }, (_, index) => `${floorNamespace}/${bareName(index)}`);
  return run.ledger.untilEach(keys, (sight) => sight.timeout === `${10 + turn}s`, patience, run.signal);
}

async function editTemplates(run: FleetRun, turn: number): Promise<number> {
  const homes = new Set([...run.apps(0, run.shifted)].map(({ namespace }) => namespace));
  await inParallel(homes, floorWidth, run.signal, async (home) => {
    const { gvr, namespace, name, body } = sharedTemplate(home, `${turn}s`);
    await run.send("PUT", resourcePath(gvr, { namespace, name }), "application/json", JSON.stringify(body));
  });
  return run.ledger.untilEach(run.keys(0, run.shifted), hasTimeout(turn), patience, run.signal);
}

function wrong(run: FleetRun, turn: number): number {
  const isWrong = (right: (sight: RouteSight) => boolean) => (key: string) => {
    const sight = run.ledger.sight(key);
    return sight === undefined || !right(sight);
  };
  const byTemplate = run.keys(0, run.shifted).filter(isWrong(hasTimeout(turn)));
  const byAnnotation = run.keys(run.shifted, 2 * run.shifted).filter(isWrong(hasWeight(turn)));
  return byTemplate.length + byAnnotation.length;
}

function hasWeight(turn: number): (sight: RouteSight) => boolean {
  return ({ weights }) => sameWeights(weights, [80, turn]);
}

function hasTimeout(turn: number): (sight: RouteSight) => boolean {
  return ({ timeout }) => timeout === `${turn}s`;
}
