import type { Summary } from "../../routing/explain/explanation.js";
import type { ListQuery } from "./listQuery.js";
import { encodeToken } from "./listQuery.js";

/** How many routemaps are how. `moving`: ready, with traffic on its way. */
export interface Counts {
  readonly trouble: number;
  readonly unknown: number;
  readonly moving: number;
  readonly ready: number;
}

/** One page of a list. */
export interface SummaryPage {
  /** What has trouble first, then by namespace and name. */
  readonly items: readonly Summary[];
  /** Routemaps that the caller may see, by how they are. */
  readonly counts: Counts;
  /** Of those, how many match the search. */
  readonly matched: number;
  /** Token of the next page, absent on the last. */
  readonly continue?: string;
}

/** 0: not ready; 1: nobody knows; 2: traffic is on its way; 3: at rest. */
export type Rank = 0 | 1 | 2 | 3;

/** How much a routemap asks for attention. */
export function rankOf({ ready, versions }: Summary): Rank {
  if (ready === "False") return 0;
  if (ready === "Unknown") return 1;
  const moves = versions.some(
    ({ phase, weight }) =>
      (phase !== "Idle" && phase !== "Active" && phase !== "Released") || weight.wanted !== weight.stored,
  );
  return moves ? 2 : 3;
}

/** The part of the summaries that a query asks for. */
export function pageOf(summaries: readonly Summary[], query: ListQuery): SummaryPage {
  const { namespace, words, after, limit } = query;
  const visible = namespace === undefined ? summaries : summaries.filter((one) => one.namespace === namespace);
  const keyed = visible
    .filter((summary) => matches(summary, words))
    .map((summary) => ({ summary, key: `${rankOf(summary)} ${summary.namespace}/${summary.name}` }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const rest = after === undefined ? keyed : keyed.filter(({ key }) => key > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ summary }) => summary),
    counts: countsOf(visible),
    matched: keyed.length,
    ...(rest.length > page.length && last !== undefined ? { continue: encodeToken(last.key) } : {}),
  };
}

/** How many summaries are how. */
export function countsOf(summaries: readonly Summary[]): Counts {
  const counts = [0, 0, 0, 0];
  for (const summary of summaries) {
    const rank = rankOf(summary);
    counts[rank] = (counts[rank] ?? 0) + 1;
  }
  const [trouble = 0, unknown = 0, moving = 0, ready = 0] = counts;
  return { trouble, unknown, moving, ready };
}

function matches({ namespace, name, reason, ready, versions }: Summary, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const parts = versions.map((version) => `${version.name} ${version.phase} ${version.reason}`);
  const text = `${namespace}/${name} ${reason} ${ready} ${parts.join(" ")}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
