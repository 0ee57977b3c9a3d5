import { useEffect, useRef, useState } from "preact/hooks";

import type { Client } from "./client.js";
import type { Failure, StreamEvent } from "./types.js";

/** How the stream is. `lost`: it will be tried again. `barred`: it needs a token, or another one. */
export type Connection =
  { readonly state: "connecting" | "live" } | { readonly state: "lost" | "barred"; readonly failure: Failure };

const firstPause = 500;
const longestPause = 8_000;

/** Follows a stream for as long as the component is shown, and takes it up again when it breaks. */
export function useStream(client: Client, path: string, onEvent: (event: StreamEvent) => void): Connection {
  const [connection, setConnection] = useState<Connection>({ state: "connecting" });
  const latest = useRef(onEvent);
  latest.current = onEvent;
  useEffect(() => {
    const ending = new AbortController();
    const events = {
      tell: (event: StreamEvent) => latest.current(event),
      state: (next: Connection) => {
        if (!ending.signal.aborted) setConnection(next);
      },
    };
    void keepFollowing(client, path, events, ending.signal);
    return () => ending.abort();
  }, [client, path]);
  return connection;
}

interface Events {
  readonly tell: (event: StreamEvent) => void;
  readonly state: (connection: Connection) => void;
}

async function keepFollowing(client: Client, path: string, events: Events, signal: AbortSignal): Promise<void> {
  let pause = firstPause;
  const take = (event: StreamEvent): void => {
    if (event.type === "hello") {
      pause = firstPause;
      events.state({ state: "live" });
    }
    events.tell(event);
  };
  while (!signal.aborted) {
    const failure = await client.follow(path, take, signal);
    const barred = failure.status === 401 || failure.status === 403;
    events.state({ state: barred ? "barred" : "lost", failure });
    await (barred ? tokenChanged(client, signal) : slept(pause, signal));
    pause = Math.min(pause * 2, longestPause);
  }
}

function slept(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      window.clearTimeout(timer);
      resolve();
    });
  });
}

function tokenChanged(client: Client, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      end();
      resolve();
    };
    const end = client.tokens.onChange(done);
    signal.addEventListener("abort", done);
  });
}
