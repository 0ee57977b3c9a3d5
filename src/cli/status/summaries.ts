import { PointsmanError } from "../../base/errors.js";
import type { Json } from "../../base/json.js";
import { arrayAt, isObject, stringAt } from "../../base/json.js";
import type { ControllerConfig } from "../../config/config.js";
import { explainSnapshot } from "../../routing/explain/explainSnapshot.js";
import type { Summary } from "../../routing/explain/explanation.js";
import { summaryOf } from "../../routing/explain/explanation.js";
import { snapshot } from "../../routing/snapshot/snapshot.js";
import type { Cluster } from "../cluster.js";
import type { MadeList } from "../clusterLists.js";
import { readCluster } from "../clusterRead.js";
import type { ReadApi } from "../readApi.js";
import { get } from "../readApi.js";

/** What routemaps looked like once. */
export interface Look {
  /** By namespace and name. */
  readonly summaries: readonly Summary[];
  /** What could not be seen. */
  readonly notes: readonly string[];
  /** Lists of the cluster from which changes can be watched. */
  readonly lists: readonly MadeList[];
}

/** Reads the cluster and judges it as the controller does. `namespace`: only that one. */
export async function lookAtCluster(
  cluster: Cluster,
  config: ControllerConfig,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<Look> {
  const query = { config, ...(namespace === undefined ? {} : { namespace }) };
  const { input, notes, lists } = await readCluster(cluster, query, signal);
  const { routemaps } = snapshot({ ...input, datedByWrites: true });
  return { summaries: routemaps.map((routemap) => summaryOf(explainSnapshot(routemap, input.now))), notes, lists };
}

/** Pages of a list at most: a server that never comes to an end is none of ours. */
const mostPages = 1000;

/** Asks the controller's read API, page by page. Throws a PointsmanError where it is none. */
export async function askController(api: ReadApi, namespace: string | undefined, signal: AbortSignal): Promise<Look> {
  const summaries: Summary[] = [];
  let next: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const query = new URLSearchParams();
    if (namespace !== undefined) query.set("namespace", namespace);
    if (next !== undefined) query.set("continue", next);
    const page = await get(api, `/api/v1/routemaps?${query.toString()}`, signal);
    summaries.push(...itemsOf(page, api));
    next = stringAt(page, "continue");
    if (next === undefined) return { summaries: summaries.sort(byName), notes: [], lists: [] };
  }
  throw strange(api);
}

function itemsOf(page: Json | undefined, api: ReadApi): readonly Summary[] {
  const items: readonly unknown[] = arrayAt(page, "items");
  if (!isObject(page) || page["items"] === undefined || !items.every(isSummary)) throw strange(api);
  return items;
}

function strange({ server }: ReadApi): PointsmanError {
  return new PointsmanError("PM_USAGE", { problem: `${server} answers, but is no read API of a controller` });
}

function byName(left: Summary, right: Summary): number {
  const [a, b] = [left, right].map(({ namespace, name }) => `${namespace}/${name}`);
  return (a ?? "") < (b ?? "") ? -1 : 1;
}

function isSummary(value: unknown): value is Summary {
  if (!isObject(value)) return false;
  const texts = ["namespace", "name", "ready", "reason", "message"];
  return texts.every((key) => typeof value[key] === "string") && arrayAt(value, "versions").every(isVersion);
}

function isVersion(value: Json): boolean {
  const { wanted, stored } = isObject(value) ? percentOf(value) : {};
  const texts = ["name", "phase", "reason", "message"];
  return (
    isObject(value) &&
    texts.every((key) => typeof value[key] === "string") &&
    typeof wanted === "number" &&
    typeof stored === "number"
  );
}

function percentOf(version: Json): { readonly wanted?: Json | undefined; readonly stored?: Json | undefined } {
  const weight = isObject(version) ? version["weight"] : undefined;
  const percent = isObject(weight) ? weight["percent"] : undefined;
  return isObject(percent) ? { wanted: percent["wanted"], stored: percent["stored"] } : {};
}
