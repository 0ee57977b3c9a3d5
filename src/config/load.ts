import { readFile } from "node:fs/promises";

import { Observable } from "rxjs";

import type { Clock } from "../base/clock.js";
import { sleep } from "../base/clock.js";
import { describeError } from "../base/errors.js";
import type { Problem } from "../base/problem.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { ControllerConfig } from "./config.js";
import { decodeConfig } from "./decode.js";

/** A configuration, or everything that is wrong with it. */
export type ConfigResult = Result<ControllerConfig, readonly Problem[]>;

/** How often a watched file is read, milliseconds. */
const pollInterval = 2_000;

/** A changed file is read again after so long, milliseconds, until it stays the same: it may be half written. */
const stableFor = 200;

/** Reads and decodes a configuration file. An unreadable file is a problem of the document. */
export async function loadConfig(file: string): Promise<ConfigResult> {
  return decode(await readText(file));
}

/**
 * The configuration now, and again whenever the file's content changes, until `signal` aborts. A wrong file is emitted
 * as its problems; what to go on with is the subscriber's choice. The content is compared, not the file's times or its
 * inode: a mounted ConfigMap changes by swapping a symbolic link, which file notifications miss.
 */
export function watchConfig(file: string, clock: Clock, signal: AbortSignal): Observable<ConfigResult> {
  return new Observable((subscriber) => {
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) stop.abort();
    const stopped = (): boolean => stop.signal.aborted;
    const poll = async (): Promise<void> => {
      let seen: string | undefined;
      while (!stopped()) {
        const text = seen === undefined ? await readText(file) : await readStable(file, clock, stop.signal, seen);
        if (stopped()) return;
        const state = JSON.stringify(text);
        if (state !== seen) subscriber.next(decode(text));
        seen = state;
        await sleep(clock, pollInterval, stop.signal);
      }
    };
    poll().then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
    return () => {
      stop.abort();
      signal.removeEventListener("abort", onAbort);
    };
  });
}

function decode(text: Result<string, string>): ConfigResult {
  return text.ok
    ? decodeConfig(text.value)
    : fail([{ path: "", message: text.error, fix: "see to it that the file is there and may be read" }]);
}

/** The text of the file, once it is what was `seen` or two reads in a row agree. */
async function readStable(
  file: string,
  clock: Clock,
  signal: AbortSignal,
  seen: string,
): Promise<Result<string, string>> {
  let last = seen;
  for (;;) {
    const text = await readText(file);
    const state = JSON.stringify(text);
    if (state === last || signal.aborted) return text;
    last = state;
    await sleep(clock, stableFor, signal);
  }
}

async function readText(file: string): Promise<Result<string, string>> {
  try {
    return ok(await readFile(file, "utf8"));
  } catch (error) {
    return fail(`cannot read the file: ${describeError(error)}`);
  }
}
