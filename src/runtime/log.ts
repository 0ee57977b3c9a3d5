import { types } from "node:util";

import type { DestinationStream, Logger } from "pino";
import { destination as openDestination, pino, stdTimeFunctions } from "pino";

import { isObject } from "../base/json.js";

export type { Logger } from "pino";

/** The levels a user may ask for, the most talkative first. */
export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Credentials that could reach a log inside an object; they are replaced, at the top and one level down. */
const secrets = ["token", "authorization", "Authorization", "password", "stringData", "data"];

/**
 * A logger of JSON lines: ISO time, level by name, no host or process id. It writes synchronously, so that the last
 * line before an exit is not lost. Values under `error` may be anything that was thrown, or an ApiError. Log names and
 * numbers, never whole objects.
 */
export function createLogger(level: LogLevel, to: DestinationStream = standardError()): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: "[redacted]" },
      serializers: { error: serializeError },
    },
    to,
  );
}

/** What a run of one key is about. */
export interface RunContext {
  readonly controller: string;
  readonly namespace: string;
  readonly name: string;
  readonly run: string;
}

/** A logger whose every line names the key and the run. */
export function runLogger(log: Logger, context: RunContext): Logger {
  return log.child(context);
}

/** An error as plain data: an ApiError without its causes' text, an Error with its stack, anything else as text. */
export function serializeError(error: unknown): unknown {
  if (isApiError(error)) {
    const { kind, code, reason, message, verb, path } = error;
    return { kind, code, reason, message, verb, path };
  }
  if (!types.isNativeError(error)) return isObject(error) ? error : String(error);
  const code: unknown = "code" in error ? error.code : undefined;
  const cause = error.cause === undefined ? {} : { cause: serializeError(error.cause) };
  return { ...(code === undefined ? {} : { code }), message: error.message, stack: error.stack, ...cause };
}

function isApiError(error: unknown): error is Record<string, unknown> {
  return isObject(error) && typeof error["verb"] === "string" && typeof error["reason"] === "string";
}

function standardError(): DestinationStream {
  return openDestination({ dest: 2, sync: true });
}
