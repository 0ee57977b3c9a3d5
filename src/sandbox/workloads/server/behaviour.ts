import { parseDuration } from "../../../base/duration.js";
import type { Complaint, Problem } from "../../../base/problem.js";
import { formatPath } from "../../../base/problem.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import { nearest } from "../../../base/suggest.js";
import type { KubeObject } from "../../../kube/object.js";

/** How a Pod's server behaves. Times in milliseconds, 0 for never. */
export interface Behaviour {
  /** Time before each answer, uniform between the two. */
  readonly latency: { readonly minMs: number; readonly maxMs: number };
  /** Share of the requests, 0..1, that are answered with `errorStatus`; gRPC says UNAVAILABLE. */
  readonly errorRate: number;
  readonly errorStatus: number;
  /** How long the body of an HTTP answer takes, sent in pieces. */
  readonly bodyMs: number;
  /** Readiness goes off and on with this period. */
  readonly flapMs: number;
  /** It accepts connections and requests and never answers. */
  readonly isStalled: boolean;
  /** What it does when told to end: finish what is under way, or exit at once as a program without a handler. */
  readonly onTerm: "finish" | "exit";
  /** It crashes this long after each start, and starts again after `restartMs`. */
  readonly crashAfterMs: number;
  readonly restartMs: number;
}

/** A server that does nothing wrong. */
export const wellBehaved: Behaviour = {
  latency: { minMs: 0, maxMs: 0 },
  errorRate: 0,
  errorStatus: 500,
  bodyMs: 0,
  flapMs: 0,
  isStalled: false,
  onTerm: "finish",
  crashAfterMs: 0,
  restartMs: 1_000,
};

/** Before the name of every annotation that a Pod's server reads. */
export const annotationPrefix = "sandbox.pointsman.dev/";

const correct = "correct the annotation";

type Read = (text: string) => Result<Partial<Behaviour>, Complaint>;

const readers: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["latency", readLatency],
  ["error-rate", (text) => inRange(text, 0, 1, (errorRate) => ({ errorRate }))],
  ["error-status", (text) => inRange(text, 200, 599, (errorStatus) => ({ errorStatus: Math.trunc(errorStatus) }))],
  ["body", duration((bodyMs) => ({ bodyMs }))],
  ["flap", duration((flapMs) => ({ flapMs }))],
  ["stall", (text) => oneOf(text, { true: { isStalled: true }, false: { isStalled: false } })],
  ["on-term", (text) => oneOf(text, { finish: { onTerm: "finish" }, exit: { onTerm: "exit" } })],
  ["crash-after", duration((crashAfterMs) => ({ crashAfterMs }))],
  ["restart-after", duration((restartMs) => ({ restartMs }))],
  ["version", () => ok({})],
]);

/** What a Pod's annotations `sandbox.pointsman.dev/…` ask for, and what is wrong with them. */
export function readBehaviour(pod: KubeObject): {
  readonly behaviour: Behaviour;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  let behaviour = wellBehaved;
  for (const [key, text] of Object.entries(pod.metadata.annotations ?? {})) {
    if (!key.startsWith(annotationPrefix)) continue;
    const name = key.slice(annotationPrefix.length);
    const read = (readers.get(name) ?? unknownName(name))(text);
    if (read.ok) behaviour = { ...behaviour, ...read.value };
    else problems.push({ path: formatPath(["metadata", "annotations", key]), ...read.error });
  }
  return { behaviour, problems };
}

function unknownName(name: string): Read {
  const known = [...readers.keys()];
  const close = nearest(name, known);
  const fix = close === undefined ? `use one of ${known.join(", ")}` : `did you mean ${close}?`;
  return () => fail({ message: "unknown", fix });
}

function duration(take: (ms: number) => Partial<Behaviour>): Read {
  return (text) => {
    const parsed = parseDuration(text);
    return parsed.ok ? ok(take(parsed.value)) : parsed;
  };
}

/** "20ms", or "10ms-50ms" for a random time between the two. */
function readLatency(text: string): Result<Partial<Behaviour>, Complaint> {
  const [first = "", second = first, ...more] = text.split("-");
  if (more.length > 0)
    return fail({ message: `${JSON.stringify(text)} is no latency`, fix: 'write "20ms" or "10ms-50ms"' });
  const least = parseDuration(first);
  if (!least.ok) return least;
  const most = parseDuration(second);
  if (!most.ok) return most;
  if (most.value < least.value)
    return fail({ message: `${JSON.stringify(text)} ends before it begins`, fix: "swap the two" });
  return ok({ latency: { minMs: least.value, maxMs: most.value } });
}

function inRange(
  text: string,
  least: number,
  most: number,
  take: (value: number) => Partial<Behaviour>,
): Result<Partial<Behaviour>, Complaint> {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= least && value <= most) return ok(take(value));
  return fail({ message: `${JSON.stringify(text)} is no number between ${least} and ${most}`, fix: correct });
}

function oneOf(
  text: string,
  choices: Readonly<Record<string, Partial<Behaviour>>>,
): Result<Partial<Behaviour>, Complaint> {
  const chosen = Object.hasOwn(choices, text) ? choices[text] : undefined;
  return chosen === undefined
    ? fail({ message: `${JSON.stringify(text)} is neither ${Object.keys(choices).join(" nor ")}`, fix: correct })
    : ok(chosen);
}
