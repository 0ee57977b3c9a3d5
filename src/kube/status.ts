import type { Json } from "../base/json.js";
import { arrayAt, isObject, numberAt, objectAt, stringAt } from "../base/json.js";
import type { ApiError, ApiErrorCause } from "./apiError.js";
import { kindAbsentReason } from "./apiError.js";

/** The request an error belongs to. */
export interface Asked {
  readonly verb: string;
  readonly path: string;
}

/** What an error answer carries besides its status. */
export interface ErrorAnswer {
  readonly code: number;
  readonly text: string;
  /** Value of the header, seconds. */
  readonly retryAfter?: string | undefined;
}

const longestMessage = 1024;

/** The error of an answer with a status that is no success. The body may be a Status object, text, or nothing. */
export function errorOfAnswer(asked: Asked, answer: ErrorAnswer): ApiError {
  const body = parseJson(answer.text);
  const header = secondsOf(answer.retryAfter);
  if (isObject(body) && body["kind"] === "Status") {
    const error = errorOfStatus(asked, body, answer.code);
    return header === undefined ? error : { ...error, retryAfter: header * 1000 };
  }
  return {
    kind: "status",
    code: answer.code,
    // The API server answers an unknown group, version or resource in plain text (apiserver's http.NotFound).
    reason: answer.code === 404 && answer.text.startsWith("404 page not found") ? kindAbsentReason : "NoStatus",
    message: answer.text.slice(0, longestMessage).trim() || `HTTP status ${answer.code}`,
    causes: [],
    ...(header === undefined ? {} : { retryAfter: header * 1000 }),
    ...asked,
  };
}

/** The error of a Status object, as in an answer's body or in an ERROR event of a watch. */
export function errorOfStatus(asked: Asked, status: Json, fallbackCode = 500): ApiError {
  const code = numberAt(status, "code") ?? fallbackCode;
  const retryAfter = numberAt(status, "details", "retryAfterSeconds");
  const reason = stringAt(status, "reason") ?? "";
  const nameless = (stringAt(status, "details", "name") ?? "") === "";
  return {
    kind: "status",
    code,
    reason: code === 404 && nameless ? kindAbsentReason : reason,
    message: stringAt(status, "message") ?? (reason || `HTTP status ${code}`),
    causes: arrayAt(status, "details", "causes").map(causeOf),
    ...(retryAfter === undefined ? {} : { retryAfter: retryAfter * 1000 }),
    ...asked,
  };
}

/** JSON of a text, or undefined if it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text) as Json;
    return value;
  } catch {
    return undefined;
  }
}

function causeOf(cause: Json): ApiErrorCause {
  const field = stringAt(objectAt(cause), "field");
  return {
    reason: stringAt(cause, "reason") ?? "",
    message: stringAt(cause, "message") ?? "",
    ...(field === undefined ? {} : { field }),
  };
}

/** Seconds of a Retry-After header (RFC 9110 §10.2.3); the date form is not used by API servers and ignored. */
function secondsOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,9}$/.test(header) ? Number(header) : undefined;
}
