import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { WatchEvent } from "../../../src/kube/api.js";
import type { ApiError } from "../../../src/kube/apiError.js";
import { isGone } from "../../../src/kube/apiError.js";
import { Lines } from "../../../src/kube/lines.js";
import type { ServedApi } from "../../support/api.js";
import { serveApi } from "../../support/api.js";
import type { HttpServer } from "../../support/httpServer.js";
import { reply, status } from "../../support/httpServer.js";
import { until } from "../../support/until.js";

const pods = { group: "", version: "v1", resource: "pods" };
const signal = new AbortController().signal;

let served: ServedApi;
let server: HttpServer;

beforeEach(async () => {
  served = await serveApi((_, response) => response.end());
  ({ server } = served);
});
afterEach(() => served.close());

function pod(name: string) {
  return { apiVersion: "v1", kind: "Pod", metadata: { name, uid: `uid-${name}`, resourceVersion: "5" } };
}

function line(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`;
}

interface Watched {
  readonly events: WatchEvent[];
  readonly end: Promise<ApiError | undefined>;
}

function watch(options: { signal?: AbortSignal; resourceVersion?: string; sendInitialEvents?: boolean } = {}): Watched {
  const events: WatchEvent[] = [];
  const { signal: mine = signal, ...rest } = options;
  const asked = { timeoutSeconds: 300, ...rest };
  return { events, end: served.api.watch({ resource: pods, namespace: "shop" }, asked, (e) => events.push(e), mine) };
}

describe("a watch", () => {
  it("asks for bookmarks, a time and a place to start", async () => {
    await watch({ resourceVersion: "42" }).end;
    const [path, query] = server.seen[0]?.url.split("?") ?? [];
    expect(path).toBe("/api/v1/namespaces/shop/pods");
    expect(Object.fromEntries(new URLSearchParams(query))).toEqual({
      watch: "true",
      allowWatchBookmarks: "true",
      timeoutSeconds: "300",
      resourceVersion: "42",
    });
    await watch({ resourceVersion: "", sendInitialEvents: true }).end;
    expect(Object.fromEntries(new URLSearchParams(server.seen[1]?.url.split("?")[1]))).toMatchObject({
      sendInitialEvents: "true",
      resourceVersionMatch: "NotOlderThan",
    });
  });

  it("watches a single object through the path that a Role allows", async () => {
    const namespaces = { group: "", version: "v1", resource: "namespaces" };
    await served.api.watch({ resource: namespaces, name: "shop" }, { timeoutSeconds: 5 }, () => undefined, signal);
    const crd = { group: "g.io", version: "v1", resource: "things" };
    const selection = { resource: crd, namespace: "shop", name: "a" };
    await served.api.watch(selection, { timeoutSeconds: 5 }, () => undefined, signal);
    expect(server.seen.map((seen) => seen.url.split("?")[0])).toEqual([
      "/api/v1/watch/namespaces/shop",
      "/apis/g.io/v1/watch/namespaces/shop/things/a",
    ]);
  });

  it("hands on events in order and ends without error when the server ends it", async () => {
    server.answer = (_, response) => {
      const initialEnd = { metadata: { resourceVersion: "8", annotations: { "k8s.io/initial-events-end": "true" } } };
      response.write(line("ADDED", pod("a")) + line("MODIFIED", pod("ä")) + line("DELETED", pod("a")));
      response.write(line("BOOKMARK", { metadata: { resourceVersion: "7" } }) + line("BOOKMARK", initialEnd));
      response.end();
    };
    const { events, end } = watch();
    expect(await end).toBeUndefined();
    expect(events).toEqual([
      { type: "ADDED", object: pod("a") },
      { type: "MODIFIED", object: pod("ä") },
      { type: "DELETED", object: pod("a") },
      { type: "BOOKMARK", resourceVersion: "7", initialEventsEnd: false },
      { type: "BOOKMARK", resourceVersion: "8", initialEventsEnd: true },
    ]);
  });

  it("puts lines together that were cut anywhere, in the middle of a character too", async () => {
    const bytes = Buffer.from(line("ADDED", pod("größe-🚂")) + line("ADDED", pod("zwei")));
    server.answer = (_, response) => {
      const send = (from: number): void => {
        if (from >= bytes.length) response.end();
        else response.write(bytes.subarray(from, from + 1), () => send(from + 1));
      };
      response.socket?.setNoDelay(true);
      send(0);
    };
    const { events, end } = watch();
    expect(await end).toBeUndefined();
    expect(events).toEqual([
      { type: "ADDED", object: pod("größe-🚂") },
      { type: "ADDED", object: pod("zwei") },
    ]);
  });

  it("hands on an event at once, not when the next comes", async () => {
    server.answer = (_, response) => void response.write(line("ADDED", pod("a")));
    const stop = new AbortController();
    const { events, end } = watch({ signal: stop.signal });
    await until(() => events.length === 1);
    stop.abort();
    expect(await end).toMatchObject({ kind: "aborted" });
  });

  it("hands on an ERROR event as the error of its Status", async () => {
    server.answer = (_, response) => response.end(line("ERROR", status(410, "Expired")));
    const { events, end } = watch();
    expect(await end).toBeUndefined();
    const [event] = events;
    expect(event?.type === "ERROR" && isGone(event.error)).toBe(true);
  });

  it("ends with an error when the connection breaks, also in the middle of a line", async () => {
    server.answer = (seen, response) => {
      const text = line("ADDED", pod("a"));
      response.write(text + text.slice(0, 20), () => seen.socket.destroy());
    };
    const { events, end } = watch();
    expect(await end).toMatchObject({ kind: "unknown", reason: "ConnectionLost", verb: "watch" });
    expect(events).toHaveLength(1);
  });

  it.each([
    ["is no JSON", "{oops}\n"],
    ["has an unknown type", line("RENAMED", pod("a"))],
    ["has no object", line("ADDED", { kind: "Pod" })],
    ["stops in the middle", line("ADDED", pod("a")).slice(0, 20)],
  ])("ends with an error at a line that %s, and hands on nothing after it", async (_, text) => {
    server.answer = (_seen, response) => response.end(line("ADDED", pod("a")) + text + line("ADDED", pod("b")));
    const { events, end } = watch();
    expect(await end).toMatchObject({ kind: "malformed", reason: "Unreadable" });
    expect(events).toHaveLength(1);
  });

  it("ends with the error of the answer when it cannot be opened", async () => {
    server.answer = (_, response) => reply(response, 403, status(403, "Forbidden"));
    expect(await watch().end).toMatchObject({ kind: "status", code: 403, reason: "Forbidden" });
  });

  it("opens again after a 429, but leaves a 500 to its caller", async () => {
    server.answer = (_, response) => {
      if (server.seen.length === 1) reply(response, 429, status(429, "TooManyRequests"), { "retry-after": "0" });
      else reply(response, 500, status(500, "InternalError"));
    };
    expect(await watch().end).toMatchObject({ code: 500 });
    expect(server.seen).toHaveLength(2);
  });

  it("does not share a connection with requests", async () => {
    server.answer = (seen, response) => {
      if (seen.url.includes("watch=true")) response.write(line("ADDED", pod("a")));
      else reply(response, 200, pod("a"));
    };
    const stop = new AbortController();
    const { events, end } = watch({ signal: stop.signal });
    await until(() => events.length === 1);
    for (let i = 0; i < 3; i++) await served.api.get(pods, { name: "a", namespace: "shop" }, signal);
    expect(server.connections).toBe(2);
    stop.abort();
    await end;
  });

  it("ends and rejects when its consumer throws, since that is a bug", async () => {
    let closed = false;
    server.answer = (_, response) => {
      response.on("close", () => (closed = true));
      response.write(line("ADDED", pod("a")));
    };
    const broken = () => {
      throw new Error("a bug");
    };
    await expect(served.api.watch({ resource: pods }, { timeoutSeconds: 5 }, broken, signal)).rejects.toThrow("a bug");
    await until(() => closed);
  });
});

describe("cutting into lines", () => {
  it("gives the same lines whatever the chunks are", () => {
    const text = fc.array(fc.string({ unit: "grapheme" }).map((part) => part.replaceAll("\n", "")));
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 9 })), (parts, sizes) => {
        const bytes = Buffer.from(parts.join("\n"));
        const lines = new Lines(1_000_000);
        const got: string[] = [];
        let from = 0;
        for (const size of [...sizes, bytes.length]) {
          got.push(...(lines.push(bytes.subarray(from, from + size)) ?? []));
          from += size;
        }
        got.push(lines.end());
        expect(got).toEqual(parts.length === 0 ? [""] : parts.map((part) => Buffer.from(part).toString()));
      }),
    );
  });

  it("refuses a line beyond the limit", () => {
    const lines = new Lines(5);
    expect(lines.push(Buffer.from("123\n45"))).toEqual(["123"]);
    expect(lines.push(Buffer.from("6789"))).toBeUndefined();
  });
});
