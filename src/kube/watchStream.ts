import { isObject, objectAt, stringAt } from "../base/json.js";
import type { WatchEvent } from "./api.js";
import type { ApiError } from "./apiError.js";
import { failureOf } from "./failures.js";
import { Lines } from "./lines.js";
import { isKubeObject } from "./object.js";
import type { Asked } from "./status.js";
import { errorOfStatus, parseJson } from "./status.js";
import type { Stream } from "./transport.js";

const longestLine = 64 * 1024 * 1024;

/** An event of a line of a watch, or undefined if the line is none. */
export function eventOfLine(asked: Asked, line: string): WatchEvent | undefined {
  const event = parseJson(line);
  if (!isObject(event)) return undefined;
  const { type, object } = event;
  switch (type) {
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
      return isKubeObject(object) ? { type, object } : undefined;
    case "BOOKMARK": {
      const resourceVersion = stringAt(object, "metadata", "resourceVersion");
      if (resourceVersion === undefined) return undefined;
      const annotations = objectAt(object, "metadata", "annotations");
      return { type, resourceVersion, initialEventsEnd: annotations["k8s.io/initial-events-end"] === "true" };
    }
    case "ERROR":
      return object === undefined ? undefined : { type, error: errorOfStatus(asked, object) };
    default:
      return undefined;
  }
}

/**
 * Reads a watch to its end, calling `onEvent` in order and synchronously. Resolves with undefined when the server ended
 * it in order, else with the error. An exception of `onEvent` is a bug: it ends the watch and rejects.
 */
export function readWatch(
  asked: Asked,
  stream: Stream,
  onEvent: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<ApiError | undefined> {
  return new Promise((resolve, reject) => {
    const lines = new Lines(longestLine);
    let open = true;
    const finish = (error?: ApiError): void => {
      open = false;
      resolve(error);
      if (error !== undefined) stream.destroy();
    };
    const read = (line: string): void => {
      if (!open || line === "") return;
      const event = eventOfLine(asked, line);
      if (event === undefined) finish(unreadable(asked, line));
      else onEvent(event);
    };
    stream.on("data", (chunk: Buffer) => {
      const complete = open ? lines.push(chunk) : [];
      if (complete === undefined) {
        finish(failureOf(asked, "malformed", "TooLarge", `a line of the watch is longer than ${longestLine}`));
        return;
      }
      try {
        complete.forEach(read);
      } catch (bug) {
        open = false;
        stream.destroy();
        reject(asError(bug));
      }
    });
    stream.on("error", () => undefined);
    const close = (): void => finish(signal.aborted ? abortedWatch(asked) : endOf(asked, stream, lines.end()));
    if (stream.closed) close();
    else stream.on("close", close);
  });
}

/** How a watch ended that nobody aborted. */
function endOf(asked: Asked, stream: Stream, rest: string): ApiError | undefined {
  if (!stream.complete) return failureOf(asked, "unknown", "ConnectionLost", stream.errored?.message ?? "cut off");
  return rest.trim() === "" ? undefined : unreadable(asked, rest);
}

function abortedWatch(asked: Asked): ApiError {
  return failureOf(asked, "aborted", "Aborted", "the watch was aborted");
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function unreadable(asked: Asked, line: string): ApiError {
  return failureOf(asked, "malformed", "Unreadable", `not an event of a watch: ${line.slice(0, 200)}`);
}
