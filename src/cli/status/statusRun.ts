import type { Clock } from "../../base/clock.js";
import { sleep, systemClock } from "../../base/clock.js";
import { PointsmanError } from "../../base/errors.js";
import { nearest } from "../../base/suggest.js";
import type { Summary } from "../../routing/explain/explanation.js";
import { installShutdown } from "../../runtime/shutdown.js";
import type { Arguments } from "../arguments.js";
import type { OpenCluster } from "../cluster.js";
import { untilChanged } from "../clusterWatch.js";
import type { Io } from "../command.js";
import { readConfig, readText } from "../inputs.js";
import type { StatusOption } from "../status.js";
import { structured } from "../structured.js";
import { StatusPrinter } from "./statusPrinter.js";
import type { Look } from "./summaries.js";
import { askController, lookAtCluster } from "./summaries.js";

/** What `status` reads from. */
export interface StatusParts {
  readonly openCluster: OpenCluster;
  /** Reads standard input. */
  readonly readInput: () => Promise<string>;
  /** The machine's clock unless given. */
  readonly clock?: Clock;
  /** Ends --watch; else SIGINT and SIGTERM do. */
  readonly signal?: AbortSignal;
}

/** Where summaries come from, and how to know that it is worth looking again. */
interface Source {
  /** The only namespace that is looked at; absent: all. */
  readonly namespace: string | undefined;
  look(signal: AbortSignal): Promise<Look>;
  changed(last: Look, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Pause between two questions to a controller, and after a look that failed, milliseconds. */
const pause = 2_000;

/** Runs `status`; returns the exit code. */
export async function runStatus(args: Arguments<StatusOption>, io: Io, parts: StatusParts): Promise<number> {
  const isWide = args.flag("all-namespaces") ?? false;
  if (isWide && args.text("namespace") !== undefined)
    throw new PointsmanError("PM_USAGE", { problem: "-n and -A exclude each other" });
  const source = await (args.text("server") === undefined ? clusterSource : serverSource)(args, io, parts);
  if (source === undefined) return 1;
  try {
    if (args.flag("watch") === true) return await watch(args, io, parts, source);
    const { signal } = new AbortController();
    const found = await source.look(signal);
    show(args, io, source, select(found, args.operands[0], source.namespace));
    return 0;
  } finally {
    source.close();
  }
}

async function clusterSource(args: Arguments<StatusOption>, io: Io, parts: StatusParts): Promise<Source | undefined> {
  const config = await readConfig(args.text("config"), io);
  if (config === undefined) return undefined;
  const cluster = await parts.openCluster({ kubeconfig: args.text("kubeconfig"), env: io.env });
  const namespace = args.flag("all-namespaces") === true ? undefined : (args.text("namespace") ?? cluster.namespace);
  return {
    namespace,
    look: (signal) => lookAtCluster(cluster, config, namespace, signal),
    changed: ({ lists }, signal) => untilChanged(cluster, lists, signal),
    close: () => cluster.close(),
  };
}

async function serverSource(args: Arguments<StatusOption>, _io: Io, parts: StatusParts): Promise<Source> {
  const server = args.text("server") ?? "";
  const problem = `--server ${JSON.stringify(server)} is no URL, such as http://127.0.0.1:8081`;
  if (!URL.canParse(server)) throw new PointsmanError("PM_USAGE", { problem });
  const file = args.text("token-file");
  const token = file === undefined ? {} : { token: (await readText(file, parts.readInput)).trim() };
  const namespace = args.flag("all-namespaces") === true ? undefined : (args.text("namespace") ?? "default");
  return {
    namespace,
    look: (signal) => askController({ server, ...token }, namespace, signal),
    changed: (_last, signal) => sleep(parts.clock ?? systemClock, pause, signal),
    close: () => undefined,
  };
}

/** The routemap of a name, or all. Throws a PointsmanError that says which name was probably meant. */
function select(found: Look, name: string | undefined, namespace: string | undefined): Look {
  if (name === undefined) return found;
  const summaries = found.summaries.filter((summary) => summary.name === name);
  if (summaries.length > 0) return { ...found, summaries };
  const meant = nearest(
    name,
    found.summaries.map((summary) => summary.name),
  );
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  const blind = found.notes.length === 0 ? "" : ` (${found.notes.join("; ")})`;
  const where = namespace === undefined ? name : `${namespace}/${name}`;
  throw new PointsmanError("PM_USAGE", { problem: `there is no routemap ${where}${hint}${blind}` });
}

function show(args: Arguments<StatusOption>, io: Io, { namespace }: Source, { summaries, notes }: Look): void {
  for (const note of notes) io.stderr.write(`pointsman: ${note}\n`);
  const format = args.text("output") ?? "text";
  if (format !== "text") io.stdout.write(structured(documentOf(summaries, notes), format));
  else new StatusPrinter(io, namespace).print(summaries);
}

/** Fields may be added, none changes its meaning. */
function documentOf(items: readonly Summary[], notes: readonly string[]): object {
  return { items, notes };
}

async function watch(args: Arguments<StatusOption>, io: Io, parts: StatusParts, source: Source): Promise<number> {
  if ((args.text("output") ?? "text") !== "text")
    throw new PointsmanError("PM_USAGE", { problem: "--watch shows text only" });
  const shutdown = parts.signal === undefined ? installShutdown(process, systemClock, quiet) : undefined;
  const signal = parts.signal ?? shutdown?.signal ?? new AbortController().signal;
  const printer = new StatusPrinter(io, source.namespace);
  try {
    let found = await source.look(signal);
    for (const note of found.notes) io.stderr.write(`pointsman: ${note}\n`);
    printer.redraw(select(found, args.operands[0], source.namespace).summaries);
    for (;;) {
      await source.changed(found, signal);
      const next = await lookAgain(source, io, parts, signal);
      if (next === undefined) return 0;
      found = next;
      printer.redraw(found.summaries.filter(({ name }) => name === (args.operands[0] ?? name)));
    }
  } finally {
    shutdown?.release();
  }
}

/**
 * A look that fails is told once, and tried again until it does not: whoever watches does not want to begin anew.
 * Undefined once `signal` aborts.
 */
async function lookAgain(source: Source, io: Io, parts: StatusParts, signal: AbortSignal): Promise<Look | undefined> {
  const isOver = (): boolean => signal.aborted;
  let told = "";
  while (!isOver()) {
    try {
      const found = await source.look(signal);
      return isOver() ? undefined : found;
    } catch (error) {
      if (!(error instanceof PointsmanError)) throw error;
      if (!isOver() && error.message !== told) io.stderr.write(`pointsman: ${error.message}\n`);
      told = error.message;
      await sleep(parts.clock ?? systemClock, pause, signal);
    }
  }
  return undefined;
}

const quiet = { stopping: (): void => undefined, forced: (): void => undefined };
