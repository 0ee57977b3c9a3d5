import type { Clock } from "../base/clock.js";

/** What ends a process: the part of Node's `process` that is needed here. */
export interface ShutdownHost {
  on(event: "SIGTERM" | "SIGINT", listener: (signal: NodeJS.Signals) => void): unknown;
  on(event: "unhandledRejection" | "uncaughtException", listener: (error: unknown) => void): unknown;
  off(event: "SIGTERM" | "SIGINT", listener: (signal: NodeJS.Signals) => void): unknown;
  off(event: "unhandledRejection" | "uncaughtException", listener: (error: unknown) => void): unknown;
  exit(code: number): unknown;
}

/** Told what happens before the process goes on to end. */
export interface ShutdownObserver {
  /** The first signal: an orderly end begins. */
  stopping(signal: string): void;
  /** The process exits at once, in disorder. `error` is what was thrown and never caught. */
  forced(reason: string, error?: unknown): void;
}

/** The wish to end, as a signal for everything that runs. */
export interface Shutdown {
  readonly signal: AbortSignal;
  /** Takes the listeners and the timer away; call it when the process has nothing left to do. */
  release(): void;
}

/** How long an orderly end may take, milliseconds: less than the 30 s Kubernetes gives. */
export const shutdownGrace = 20_000;

/**
 * Turns SIGTERM or SIGINT into an abort. A second one, an end that takes longer than `shutdownGrace`, an unhandled
 * rejection or an uncaught exception end the process at once with code 1: a controller that goes on after a bug may
 * write what it should not.
 */
export function installShutdown(host: ShutdownHost, clock: Clock, observer: ShutdownObserver): Shutdown {
  const controller = new AbortController();
  let cancelGrace = (): void => undefined;
  const force = (reason: string, error?: unknown): void => {
    observer.forced(reason, error);
    host.exit(1);
  };
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      force(`${name} came a second time`);
      return;
    }
    observer.stopping(name);
    cancelGrace = clock.after(shutdownGrace, () => force(`the end took longer than ${shutdownGrace} ms`));
    controller.abort();
  };
  const onRejection = (error: unknown): void => force("unhandled rejection", error);
  const onException = (error: unknown): void => force("uncaught exception", error);
  host.on("SIGTERM", onSignal);
  host.on("SIGINT", onSignal);
  host.on("unhandledRejection", onRejection);
  host.on("uncaughtException", onException);
  return {
    signal: controller.signal,
    release() {
      cancelGrace();
      host.off("SIGTERM", onSignal);
      host.off("SIGINT", onSignal);
      host.off("unhandledRejection", onRejection);
      host.off("uncaughtException", onException);
    },
  };
}
