import type { Random } from "../../../../src/base/random.js";
import type { Circumstances, Decision } from "../../../../src/sandbox/gateway/decide.js";
import { decide } from "../../../../src/sandbox/gateway/decide.js";
import type { Resolved } from "../../../../src/sandbox/gateway/directory.js";
import type { RequestHead } from "../../../../src/sandbox/gateway/requestHead.js";
import { RouteTable } from "../../../../src/sandbox/gateway/routeTable.js";
import type { Route, Target } from "../../../../src/sandbox/gateway/rule.js";

export const ownServices: ReadonlySet<string> = new Set(["istio-system/knative-local-gateway"]);

const oneEndpoint: Resolved = { type: "endpoints", endpoints: [{ ip: "10.1.0.1", port: 8080 }], isHttp2: false };

/** Circumstances in which every Service has an endpoint, unless `resolve` says otherwise. */
export function around(
  routes: readonly Route[],
  random: Random,
  resolve: (target: Target) => Resolved = () => oneEndpoint,
): Circumstances {
  return { table: new RouteTable(routes), directory: { resolve }, random, ownServices };
}

/** In this many equal parts chance is cut by `everyDecision`. */
export const parts = 10;

/** All that may be decided about a request, each with its probability, where chance matters in tenths only. */
export function everyDecision(
  routes: readonly Route[],
  head: RequestHead,
  drawn: readonly number[] = [],
): readonly (readonly [Decision, number])[] {
  let asked = 0;
  const random: Random = { next: () => drawn[asked++] ?? 0.5 / parts };
  const decision = decide(head, around(routes, random));
  if (asked <= drawn.length) return [[decision, parts ** -drawn.length]];
  return Array.from({ length: parts }, (_, at) => (at + 0.5) / parts).flatMap((draw) =>
    everyDecision(routes, head, [...drawn, draw]),
  );
}

/** Where requests of one kind arrive, as text: "a 80%, b 20%, copy of 20% to b". */
export function arrivals(routes: readonly Route[], head: RequestHead): string {
  const answered = new Map<string, number>();
  const copied = new Map<string, number>();
  const note = (book: Map<string, number>, name: string, share: number): unknown =>
    book.set(name, (book.get(name) ?? 0) + share);
  for (const [decision, share] of everyDecision(routes, head)) {
    if (decision.type === "answer") {
      note(answered, "error", share);
      continue;
    }
    note(answered, decision.target.subset ?? decision.target.name, share);
    for (const mirror of decision.mirrors) note(copied, mirror.target.name, share);
  }
  return arrivalsText(answered, copied);
}

/** The same text of shares by name; all errors are one. */
export function arrivalsText(answered: ReadonlyMap<string, number>, copied: ReadonlyMap<string, number>): string {
  const percent = (share: number): string => `${Math.round(share * 1_000) / 10}%`;
  const merged = new Map<string, number>();
  for (const [name, share] of answered) {
    const key = name.startsWith("error") ? "error" : name;
    merged.set(key, (merged.get(key) ?? 0) + share);
  }
  const lines = [...merged].map(([name, share]) => `${name} ${percent(share)}`).sort();
  return [...lines, ...[...copied].map(([name, share]) => `copy of ${percent(share)} to ${name}`).sort()].join(", ");
}
