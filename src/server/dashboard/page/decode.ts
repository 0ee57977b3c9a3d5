import { arrayAt, at, isObject, numberAt, objectAt, stringAt } from "../../../base/json.js";
import type { JsonObject } from "../../../base/json.js";
import type { DetailAnswer, Failure, ListAnswer, StreamEvent } from "./types.js";

/** Takes a page of the list; undefined for anything else. The parts are those of the controller that sent this page. */
export function decodeList(value: unknown): ListAnswer | undefined {
  if (!isObject(value) || !Array.isArray(value["items"]) || numberAt(value, "matched") === undefined) return undefined;
  return value as unknown as ListAnswer;
}

/** Takes the whole of one routemap. */
export function decodeDetail(value: unknown): DetailAnswer | undefined {
  if (!isObject(value)) return undefined;
  const explanation = objectAt(value, "explanation");
  const whole = ["versions", "routes", "causes", "conditions"].every((key) => Array.isArray(explanation[key]));
  if (!whole || !Array.isArray(value["history"]) || !Array.isArray(value["happenings"])) return undefined;
  return value as unknown as DetailAnswer;
}

/** Takes a problem document; whatever else it is, it has a status and a text. */
export function decodeProblem(status: number, value: unknown): Failure {
  const problem: JsonObject = isObject(value) ? value : {};
  const message = stringAt(problem, "detail") ?? stringAt(problem, "title") ?? `the controller answered ${status}`;
  const fix = stringAt(problem, "fix");
  return { status, message, ...(fix === undefined ? {} : { fix }) };
}

/** Takes an event of the stream; undefined for one that this page does not know. */
export function decodeEvent(type: string, data: unknown): StreamEvent | undefined {
  if (!isObject(data)) return undefined;
  switch (type) {
    case "hello":
    case "beat":
    case "reload":
    case "gone":
      return { type };
    case "refused":
      return { type, message: stringAt(data, "message") ?? "" };
    case "summaries": {
      const gone = arrayAt(data, "gone").filter((uid) => typeof uid === "string");
      const page = decodeList({ items: at(data, "changed"), matched: 0 });
      return page === undefined ? undefined : { type, changed: page.items, gone };
    }
    case "routemap": {
      const detail = decodeDetail(data);
      return detail === undefined ? undefined : { type, detail };
    }
    default:
      return undefined;
  }
}

/** The value of a JSON text; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
