import type { Json, JsonObject } from "../../../base/json.js";

/** One cause in a Status' details. */
export interface FailureCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

/** Why a request was refused, as its Status object tells it (metav1.Status). */
export interface Failure {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: JsonObject;
}

/** What a failure is about: `name` may be empty, `kind` is the plural resource or, for invalid objects, the kind. */
export interface Subject {
  readonly group: string;
  readonly resource: string;
  readonly name: string;
}

/** The Status object of a failure. */
export function statusOf(failure: Failure): JsonObject {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: failure.message,
    reason: failure.reason,
    ...(failure.details === undefined ? {} : { details: failure.details }),
    code: failure.code,
  };
}

/** 404: no such object. */
export function notFound(subject: Subject): Failure {
  return {
    code: 404,
    reason: "NotFound",
    message: `${qualified(subject)} "${subject.name}" not found`,
    details: detailsOf(subject),
  };
}

/** 404: the server serves no such resource; clients tell it from a missing object by the missing name. */
export function resourceNotFound(): Failure {
  return { code: 404, reason: "NotFound", message: "the server could not find the requested resource", details: {} };
}

/** 409: an object of that name is there. */
export function alreadyExists(subject: Subject): Failure {
  return {
    code: 409,
    reason: "AlreadyExists",
    message: `${qualified(subject)} "${subject.name}" already exists`,
    details: detailsOf(subject),
  };
}

/** 409: what is stored is not what the request was about. */
export function conflict(subject: Subject, problem: string): Failure {
  return {
    code: 409,
    reason: "Conflict",
    message: `Operation cannot be fulfilled on ${qualified(subject)} "${subject.name}": ${problem}`,
    details: detailsOf(subject),
  };
}

/** The problem of a `conflict` when the resourceVersion is not the stored one. */
export const modified = "the object has been modified; please apply your changes to the latest version and try again";

/** 403: the object may not be written as things are. */
export function forbidden(subject: Subject, problem: string, causes: readonly FailureCause[] = []): Failure {
  return {
    code: 403,
    reason: "Forbidden",
    message: `${qualified(subject)} "${subject.name}" is forbidden: ${problem}`,
    details: detailsOf(subject, causes),
  };
}

/** 422: the object breaks rules of its kind; `subject.resource` is the kind. */
export function invalid(subject: Subject, causes: readonly FailureCause[]): Failure {
  const texts = causes.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`));
  const list = texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
  return {
    code: 422,
    reason: "Invalid",
    message: `${qualifiedKind(subject)} "${subject.name}" is invalid: ${list}`,
    details: detailsOf(subject, causes),
  };
}

/** 400: the request cannot be understood. */
export function badRequest(message: string): Failure {
  return { code: 400, reason: "BadRequest", message };
}

/** 401: nobody we know. */
export function unauthorized(): Failure {
  return { code: 401, reason: "Unauthorized", message: "Unauthorized" };
}

/** 405: the resource knows no such verb. */
export function methodNotAllowed(): Failure {
  return {
    code: 405,
    reason: "MethodNotAllowed",
    message: "the server does not allow this method on the requested resource",
    details: {},
  };
}

/** 406: no media type that was asked for can be given. */
export function notAcceptable(offered: readonly string[]): Failure {
  const message = `only the following media types are accepted: ${offered.join(", ")}`;
  return { code: 406, reason: "NotAcceptable", message };
}

/** 410: the revision is no longer known; list again. */
export function expired(message: string): Failure {
  return { code: 410, reason: "Expired", message };
}

/** 413: the body is larger than is read. */
export function tooLarge(message: string): Failure {
  return { code: 413, reason: "RequestEntityTooLarge", message };
}

/** 415: the body is in a format that is not read. */
export function unsupportedMediaType(message: string): Failure {
  return { code: 415, reason: "UnsupportedMediaType", message };
}

/** 500: a mistake of ours, or what the API machinery answers so. */
export function internalError(message: string): Failure {
  return { code: 500, reason: "InternalError", message, details: { causes: [{ message }] } };
}

/** 504: a revision that is not there yet was asked for. */
export function tooLargeResourceVersion(wanted: number, current: number): Failure {
  const message = `Too large resource version: ${wanted}, current: ${current}`;
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  return { code: 504, reason: "Timeout", message: `Timeout: ${message}`, details: { causes, retryAfterSeconds: 1 } };
}

/** What a Status tells of what it is about. */
export function detailsOf({ group, resource, name }: Subject, causes: readonly FailureCause[] = []): JsonObject {
  return { ...(name === "" ? {} : { name }), ...(group === "" ? {} : { group }), kind: resource, ...causesOf(causes) };
}

function causesOf(causes: readonly FailureCause[]): { readonly causes?: Json } {
  return causes.length === 0 ? {} : { causes: causes.map((cause) => ({ ...cause })) };
}

function qualified({ group, resource }: Subject): string {
  return group === "" ? resource : `${resource}.${group}`;
}

function qualifiedKind({ group, resource }: Subject): string {
  return qualified({ group, resource, name: "" });
}
