import type { Json, JsonObject } from "../../../src/base/json.js";
import { arrayAt, at, numberAt, objectAt, stringAt } from "../../../src/base/json.js";
import type { Arrivals, SampleRequest } from "./request.js";
import { ArrivalBook, sharesOf } from "./request.js";

/** What a gateway does with a request by an HTTPRoute: the most specific match wins, at a tie the first rule. */
export function sendByHttpRoute(route: JsonObject, request: SampleRequest): Arrivals {
  const book = new ArrivalBook();
  const ranked = arrayAt(route, "spec", "rules").flatMap((rule) => {
    const matches = arrayAt(rule, "matches");
    const ranks = (matches.length === 0 ? [{}] : matches).flatMap((match) => rankOf(match, request) ?? []);
    return ranks.map((rank) => ({ rule, rank }));
  });
  const best = Math.max(...ranked.map(({ rank }) => rank));
  const chosen = ranked.find(({ rank }) => rank === best);
  if (chosen === undefined) book.answer("error: no rule", 1);
  else follow(chosen.rule, book);
  return book;
}

/** How specific a match is (exact path, length of the prefix, then number of headers); undefined if it does not match. */
function rankOf(match: Json, request: SampleRequest): number | undefined {
  const headers = arrayAt(match, "headers");
  const fits = headers.every((header) => {
    const name = stringAt(header, "name")?.toLowerCase() ?? "";
    const value = stringAt(header, "value") ?? "";
    const sent = request.headers[name];
    return stringAt(header, "type") === "RegularExpression"
      ? sent !== undefined && new RegExp(value).test(sent)
      : sent === value;
  });
  const type = stringAt(match, "path", "type") ?? "PathPrefix";
  const path = stringAt(match, "path", "value") ?? "/";
  const reached =
    type === "Exact"
      ? request.path === path
      : path === "/" || request.path === path || request.path.startsWith(`${path.replace(/\/$/, "")}/`);
  if (!fits || !reached) return undefined;
  return (type === "Exact" ? 1_000_000 : 0) + path.length * 100 + headers.length;
}

function follow(rule: Json, book: ArrivalBook): void {
  const refs = arrayAt(rule, "backendRefs");
  const shares = sharesOf(refs.map((ref) => numberAt(ref, "weight") ?? 1));
  if (shares === undefined) {
    book.answer("error: no backend has weight", 1);
    return;
  }
  copies(rule, 1, book);
  refs.forEach((ref, index) => {
    const share = shares[index] ?? 0;
    book.answer(stringAt(ref, "name") ?? "", share, told(ref));
    copies(ref, share, book);
  });
}

function told(ref: Json): string | undefined {
  const modified = arrayAt(ref, "filters").flatMap((filter) => [
    ...arrayAt(filter, "responseHeaderModifier", "add"),
    ...arrayAt(filter, "responseHeaderModifier", "set"),
  ]);
  return stringAt(
    modified.find((header) => stringAt(header, "name") === "app-version"),
    "value",
  );
}

function copies(owner: Json, share: number, book: ArrivalBook): void {
  for (const filter of arrayAt(owner, "filters")) {
    if (at(filter, "requestMirror") === undefined) continue;
    const mirror = objectAt(filter, "requestMirror");
    book.copy(stringAt(mirror, "backendRef", "name") ?? "", (share * (numberAt(mirror, "percent") ?? 100)) / 100);
  }
}
