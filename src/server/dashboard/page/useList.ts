import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import type { Summary } from "../../../routing/explain/explanation.js";
import type { Counts } from "../../readApi/summaryPage.js";
import type { Client } from "./client.js";
import { decodeList } from "./decode.js";
import type { Failure, ListAnswer, StreamEvent } from "./types.js";
import type { Connection } from "./useStream.js";
import { useStream } from "./useStream.js";

/** What the list shows. */
export interface ListState {
  readonly items: readonly Summary[];
  readonly counts: Counts;
  readonly matched: number;
  readonly pending: number;
  readonly next?: string;
  /** False until the first answer. */
  readonly known: boolean;
  readonly failure?: Failure;
}

/** A list and what can be done with it. */
export interface LiveList extends ListState {
  readonly connection: Connection;
  readonly more: () => void;
}

const none: ListState = {
  items: [],
  counts: { trouble: 0, unknown: 0, moving: 0, ready: 0 },
  matched: 0,
  pending: 0,
  known: false,
};
const pageSize = 100;
const longestPage = 500;
/** Pause before a list whose order may have changed is read again, milliseconds. */
const reloadPause = 700;

/** The routemaps of a namespace, or of all, that match a search; it follows what changes. */
export function useList(client: Client, namespace: string, search: string): LiveList {
  const [state, setState] = useState(none);
  const latest = useRef(state);
  latest.current = state;
  const { read, end, isAdding } = useReader(client, namespace, search, setState);
  const reload = useCallback(() => {
    const { length } = latest.current.items;
    read(length > longestPage ? 1 : Math.max(pageSize, length), undefined);
  }, [read]);
  const later = useLater(reload, reloadPause);
  useEffect(() => {
    if (state.pending > 0) later();
  }, [state]);
  useEffect(() => {
    setState((before) => ({ ...none, counts: before.counts }));
    read(pageSize, undefined);
    const ended = client.tokens.onChange(() => read(pageSize, undefined));
    return () => {
      ended();
      end();
    };
  }, [client, read]);
  const connection = useStream(client, `stream?namespace=${encodeURIComponent(namespace)}`, (event) => {
    if (event.type === "summaries") setState((before) => updated(before, event));
    if (event.type !== "beat") later();
  });
  const more = useCallback(() => {
    const { next, items } = latest.current;
    if (next !== undefined && items.length > 0 && !isAdding()) read(pageSize, next);
  }, [read]);
  return { ...state, connection, more };
}

interface Reader {
  /** Reads the first `limit` items, or those after a token; a later call for the same takes the place of an earlier. */
  readonly read: (limit: number, after: string | undefined) => void;
  readonly end: () => void;
  /** Whether a further page is under way. */
  readonly isAdding: () => boolean;
}

function useReader(
  client: Client,
  namespace: string,
  search: string,
  change: (next: (before: ListState) => ListState) => void,
): Reader {
  const under = useRef(new Map<"first" | "further", AbortController>());
  const read = useCallback(
    (limit: number, after: string | undefined) => {
      const which = after === undefined ? "first" : "further";
      under.current.get(which)?.abort();
      const ending = new AbortController();
      under.current.set(which, ending);
      void client.get(listPath(namespace, search, limit, after), decodeList, ending.signal).then((answer) => {
        if (ending.signal.aborted) return;
        under.current.delete(which);
        if (answer.ok) change((before) => joined(before, answer.value, after !== undefined, limit));
        else change((before) => ({ ...before, failure: answer.error }));
      });
    },
    [client, namespace, search],
  );
  const end = useCallback(() => {
    for (const ending of under.current.values()) ending.abort();
    under.current.clear();
  }, []);
  return { read, end, isAdding: () => under.current.has("further") };
}

/** A function that runs `run` after a pause, however often it is called meanwhile. */
function useLater(run: () => void, pauseMs: number): () => void {
  const timer = useRef<number>(undefined);
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return useCallback(() => {
    timer.current ??= window.setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, pauseMs);
  }, [pauseMs]);
}

function listPath(namespace: string, search: string, limit: number, after: string | undefined): string {
  const query = new URLSearchParams({ limit: String(limit), wait: "0" });
  if (namespace !== "") query.set("namespace", namespace);
  if (search !== "") query.set("search", search);
  if (after !== undefined) query.set("continue", after);
  return `routemaps?${query.toString()}`;
}

/** Takes an answer; one of a single item only tells the counts of a list that is too long to be read again whole. */
function joined(before: ListState, answer: ListAnswer, appended: boolean, limit: number): ListState {
  const { items, counts, matched, pending } = answer;
  const common = { counts, matched, pending, known: true };
  if (limit === 1)
    return { items: before.items, ...common, ...(before.next === undefined ? {} : { next: before.next }) };
  const known = new Set(before.items.map(({ uid }) => uid));
  const all = appended ? [...before.items, ...items.filter(({ uid }) => !known.has(uid))] : items;
  return { items: all, ...common, ...(answer.continue === undefined ? {} : { next: answer.continue }) };
}

/** Changes rows where they are; the order is put right by the next reading. */
function updated(before: ListState, event: Extract<StreamEvent, { type: "summaries" }>): ListState {
  const changed = new Map(event.changed.map((summary) => [summary.uid, summary]));
  const gone = new Set(event.gone);
  const left = before.items.filter(({ uid }) => !gone.has(uid));
  return { ...before, items: left.map((summary) => changed.get(summary.uid) ?? summary) };
}
