import type { Clock } from "../../base/clock.js";
import { systemClock } from "../../base/clock.js";
import { PointsmanError } from "../../base/errors.js";
import { nearest } from "../../base/suggest.js";
import type { ControllerConfig } from "../../config/config.js";
import type { KubeObject } from "../../kube/object.js";
import { resourceKey } from "../../routing/observed.js";
import { isConcerned } from "../../routing/snapshot/concerned.js";
import { forecast } from "../../routing/snapshot/forecast.js";
import { identityOf, overlay } from "../../routing/snapshot/overlay.js";
import { resourceOfObject } from "../../routing/snapshot/resourceOfObject.js";
import type { SnapshotInput } from "../../routing/snapshot/snapshot.js";
import { snapshot } from "../../routing/snapshot/snapshot.js";
import type { Arguments } from "../arguments.js";
import type { Cluster, OpenCluster } from "../cluster.js";
import { readCluster } from "../clusterRead.js";
import type { Io } from "../command.js";
import { readConfig } from "../inputs.js";
import type { PlanOption } from "../plan.js";
import { structured } from "../structured.js";
import { lookOf } from "../table.js";
import { readObjects } from "./planFiles.js";
import type { PlanResult } from "./planReport.js";
import { planData, planText } from "./planReport.js";

/** What `plan` reads from. */
export interface PlanParts {
  readonly openCluster: OpenCluster;
  /** Reads standard input. */
  readonly readInput: () => Promise<string>;
  /** The machine's clock unless given. */
  readonly clock?: Clock;
}

/** What the files are laid over. */
interface Base {
  readonly input: SnapshotInput;
  readonly notes: readonly string[];
}

/** Runs `plan`; returns the exit code. */
export async function runPlan(args: Arguments<PlanOption>, io: Io, parts: PlanParts): Promise<number> {
  const config = await readConfig(args.text("config"), io);
  if (config === undefined) return 1;
  const against = args.text("against") ?? "cluster";
  const files = [...args.list("file"), ...args.operands];
  if (files.length === 0 && against === "empty")
    throw new PointsmanError("PM_USAGE", { problem: "name a file: pointsman plan -f FILE --against empty" });
  const kubeconfig = args.text("kubeconfig");
  const cluster = against === "cluster" ? await parts.openCluster({ kubeconfig, env: io.env }) : undefined;
  try {
    const namespace = args.text("namespace") ?? cluster?.namespace ?? "default";
    const manifests = await readObjects(files, { config, namespace, lint: true }, parts.readInput, io);
    if (manifests === undefined) return 1;
    const base = await readBase({ against, namespace, config, manifests, cluster }, parts, io);
    if (base === undefined) return 1;
    const result = foresee(base, manifests, { against, files, assumeReady: args.flag("assume-ready") ?? false });
    for (const note of result.notes) io.stderr.write(`pointsman: ${note}\n`);
    const format = args.text("output") ?? "diff";
    io.stdout.write(format === "diff" ? planText(result, lookOf(io.stdout, io)) : structured(planData(result), format));
    return result.routemaps.some(({ changes }) => changes) ? 2 : 0;
  } finally {
    cluster?.close();
  }
}

interface BaseQuery {
  readonly against: string;
  readonly namespace: string;
  readonly config: ControllerConfig;
  readonly manifests: readonly KubeObject[];
  readonly cluster: Cluster | undefined;
}

async function readBase(query: BaseQuery, parts: PlanParts, io: Io): Promise<Base | undefined> {
  const { against, namespace, config, manifests, cluster } = query;
  if (cluster !== undefined) {
    const alsoIn = [...new Set(manifests.flatMap(({ metadata }) => metadata.namespace ?? []))].sort();
    const { input, notes } = await readCluster(cluster, { config, namespace, alsoIn }, new AbortController().signal);
    return { input: { ...input, datedByWrites: true }, notes };
  }
  const objects = against === "empty" ? [] : await readStored(query, parts, io);
  if (objects === undefined) return undefined;
  const clock = parts.clock ?? systemClock;
  return { input: { objects, config, now: { monotonic: clock.monotonic(), server: clock.now() } }, notes: [] };
}

/** Objects of a file; a word that is near to one of ours is taken for a slip. */
async function readStored(
  { against, namespace, config }: BaseQuery,
  parts: PlanParts,
  io: Io,
): Promise<readonly KubeObject[] | undefined> {
  try {
    return await readObjects([against], { config, namespace, lint: false }, parts.readInput, io);
  } catch (error) {
    const meant = nearest(against, ["cluster", "empty"]);
    if (meant === undefined || !(error instanceof PointsmanError)) throw error;
    const problem = `--against: ${error.message}; did you mean ${meant}?`;
    throw new PointsmanError("PM_USAGE", { problem }, { cause: error });
  }
}

interface Asked {
  readonly against: string;
  readonly files: readonly string[];
  readonly assumeReady: boolean;
}

function foresee({ input, notes }: Base, manifests: readonly KubeObject[], asked: Asked): PlanResult {
  const { against, files, assumeReady } = asked;
  const stored = new Set(input.objects.map(identityOf));
  const objects = overlay(input.objects, manifests);
  const assumed = assumeReady ? { assumed: keysOf(manifests, input) } : {};
  const shot = snapshot({ ...input, objects, ...assumed });
  const concerned = shot.routemaps.filter(
    ({ observed }) => files.length === 0 || isConcerned(observed, manifests, input),
  );
  const routemaps = concerned.map((routemap) =>
    forecast(shot, routemap, input.now, !stored.has(identityOf(routemap.object))),
  );
  const blind = against === "empty" && !assumeReady && routemaps.some(({ obstacles }) => obstacles.some(isOfVersion));
  const hint =
    "nothing but the files tells whether versions are ready; --assume-ready takes those in the files as ready";
  return { against, assumeReady, routemaps, notes: blind ? [...notes, hint] : notes };
}

function isOfVersion({ about }: { readonly about: string }): boolean {
  return about.startsWith("version ");
}

function keysOf(manifests: readonly KubeObject[], { config, kindNames }: SnapshotInput): ReadonlySet<string> {
  return new Set(
    manifests.flatMap((object) => {
      const groupResource = resourceOfObject(object, config.kinds, kindNames);
      const { namespace = "", name } = object.metadata;
      return groupResource === undefined ? [] : [resourceKey(groupResource, namespace, name)];
    }),
  );
}
