import type { JsonObject } from "../../../../src/base/json.js";
import { arrayAt, objectAt, stringAt } from "../../../../src/base/json.js";
import type { Arrivals, SampleRequest } from "../../requests/request.js";
import { ArrivalBook, sharesOf } from "../../requests/request.js";
import type { ChartValues } from "./values.js";
import { candidatesOf, defaultMatch, nameOf, weightOf } from "./values.js";

/** What is the case with a version. `down`: there, but not ready; `leaving`: deleted, maybe not gone yet. */
export type VersionState = "ready" | "down" | "leaving";

/**
 * Where requests of one kind are meant to arrive; undefined where no version is there to answer.
 *
 * Blue-green shares out among the ready versions by weight. With canary and mirror the primary answers what no
 * candidate's match takes, even while it is down: a canary or shadow does not inherit everybody's requests as long as
 * the primary is there. Where it is not, the ready candidates do, in equal parts; with KServe the first of them, since
 * a rule of a VirtualService has one path for all its destinations, and each model needs its own. A mirror copies to
 * ready candidates that do not get the request itself.
 */
export function meant(
  values: ChartValues,
  states: readonly VersionState[],
  request: SampleRequest,
): Arrivals | undefined {
  const book = new ArrivalBook();
  const ready = [...values.versions.keys()].filter((index) => states[index] === "ready");
  const answer = (index: number, share: number): void => book.answer(nameOf(values, index), share);
  const taker = values.strategy === "canary" ? takerOf(values, ready, request) : undefined;
  const shares = values.strategy === "blue-green" ? ready.map((index) => weightOf(values, index)) : [];
  const parts = sharesOf(shares);
  if (taker !== undefined) answer(taker, 1);
  else if (parts !== undefined) ready.forEach((index, at) => answer(index, parts[at] ?? 0));
  else if (states[0] !== "leaving") answer(0, 1);
  else if (ready.length > 0) inherit(values, ready, answer);
  else return undefined;
  if (values.strategy === "mirror") copies(values, ready, book);
  return book;
}

function inherit(values: ChartValues, ready: readonly number[], answer: (index: number, share: number) => void): void {
  const heirs =
    values.environment.startsWith("kserve") && values.environment !== "kserve-modelmesh-istio" ? 1 : Infinity;
  const chosen = ready.slice(0, heirs);
  for (const index of chosen) answer(index, 1 / chosen.length);
}

function copies(values: ChartValues, ready: readonly number[], book: ArrivalBook): void {
  for (const index of candidatesOf(values).filter((candidate) => ready.includes(candidate))) {
    const name = nameOf(values, index);
    if (!book.answered.has(name)) book.copy(name, weightOf(values, index) / 100);
  }
}

/** The first ready candidate whose match takes the request. One that has no match takes nothing. */
function takerOf(values: ChartValues, ready: readonly number[], request: SampleRequest): number | undefined {
  return candidatesOf(values).find(
    (index) => ready.includes(index) && matchesOf(values, index).some((match) => takes(match, request)),
  );
}

interface Wanted {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly prefix: string;
}

function matchesOf(values: ChartValues, index: number): readonly Wanted[] {
  const version = values.versions[index];
  if (values.environment === "deployment-gtw") return (version?.matches ?? []).map(fromGateway);
  return (version?.match ?? defaultMatch).map((match) => ({
    headers: Object.fromEntries(
      Object.entries(objectAt(match, "headers")).map(([name, text]) => [name, stringAt(text, "exact")]),
    ),
    prefix: stringAt(match, "uri", "prefix") ?? "",
  }));
}

function fromGateway(match: JsonObject): Wanted {
  const headers = arrayAt(match, "headers");
  return {
    headers: Object.fromEntries(
      headers.map((header) => [stringAt(header, "name") ?? "", stringAt(header, "value")] as const),
    ),
    prefix: stringAt(match, "path", "value") ?? "",
  };
}

function takes(match: Wanted, request: SampleRequest): boolean {
  return (
    request.path.startsWith(match.prefix) &&
    Object.entries(match.headers).every(([name, text]) => request.headers[name] === text)
  );
}
