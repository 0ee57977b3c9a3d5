import type { Json } from "../base/json.js";
import type { RoutemapReturn } from "../routing/controller/uninstall/returnTraffic.js";
import type { Leftover } from "../routing/uninstall/leftover.js";
import { describeLeftover } from "../routing/uninstall/leftover.js";

/** Something that was not done, and why. */
export interface Undone {
  readonly what: Leftover;
  readonly why: string;
}

/** What an uninstallation did, or with `dryRun` would do. */
export interface UninstallReport {
  readonly dryRun: boolean;
  /** Absent where the routes were not to be touched. */
  readonly routemaps?: readonly RoutemapReturn[];
  /** Routes that are nobody's now. */
  readonly routes: readonly Leftover[];
  /** Objects without our finalizer now. */
  readonly released: readonly Leftover[];
  /** What a last look found still there. */
  readonly left: readonly Undone[];
  /** Why it cannot be told whether that is all. */
  readonly blind: readonly string[];
  /** Kinds outside the configuration that may not be listed. */
  readonly unsought: readonly string[];
}

/** True where nothing is left and that is known. */
export function isComplete({ dryRun, left, blind }: UninstallReport): boolean {
  return blind.length === 0 && (dryRun || left.length === 0);
}

/** The report as text. */
export function uninstallText(report: UninstallReport): string {
  const { dryRun, routemaps = [], routes, released, left, blind, unsought } = report;
  const would = dryRun ? "would be " : "";
  return [
    ...routemaps.map((routemap) => `routemap ${routemap.namespace}/${routemap.name}: ${stateOf(routemap, dryRun)}`),
    ...routes.map((route) => `${describeLeftover(route)}: ${would}given up; it stays and belongs to nobody`),
    ...released.map((object) => `${describeLeftover(object)}: ${would}released`),
    ...left.map(({ what, why }) => `${describeLeftover(what)}: left (${why})`),
    ...blind.map((problem) => `cannot look everywhere: ${problem}`),
    ...(unsought.length === 0
      ? []
      : [`not looked at: ${unsought.length} kinds outside the configuration (see -o json)`]),
    conclusion(report),
    "",
  ].join("\n");
}

/** The report as JSON text. Fields may be added, none changes its meaning. */
export function uninstallJson(report: UninstallReport): string {
  const { dryRun, routemaps, routes, released, left, blind, unsought } = report;
  const text = {
    dryRun,
    complete: isComplete(report),
    routemaps: routemaps?.map(({ namespace, name, state, message, intent }) => {
      return { namespace, name, state, message, intent };
    }),
    routes: routes.map(identityOf),
    released: released.map(identityOf),
    left: left.map(({ what, why }) => ({ ...identityOf(what), held: what.held, why })),
    blind,
    unsought,
  };
  return `${JSON.stringify(text, null, 2)}\n`;
}

function stateOf({ state, message, intent }: RoutemapReturn, dryRun: boolean): string {
  if (state === "left") return `its routes stay as they are: ${message}`;
  if (dryRun) return intent;
  return state === "back" ? message : `its traffic is not back: ${message}`;
}

function identityOf({ resource, object }: Leftover): Readonly<Record<string, Json>> {
  const { namespace = "", name, uid } = object.metadata;
  return { kind: resource.kind, namespace, name, uid };
}

function conclusion(report: UninstallReport): string {
  const { dryRun, left, routes, released, blind } = report;
  if (dryRun) return `dry run: ${routes.length} routes would be given up and ${released.length} objects released`;
  const held = left.filter(({ what }) => what.held).length;
  if (held > 0) return `${held} objects still carry iter8.tools/finalizer`;
  if (left.length > 0) return `${left.length} routes still belong to routemaps`;
  if (blind.length > 0) return "whether iter8.tools/finalizer is left anywhere is not known";
  return "no object carries iter8.tools/finalizer any more, and no route belongs to a routemap";
}
