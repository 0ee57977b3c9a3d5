import { Agent, request as sendRequest } from "node:https";

import type { JsonObject } from "../../../src/base/json.js";
import type { ServerProcess } from "./serverProcess.js";

/** One server-side apply. */
export interface Apply {
  readonly path: string;
  readonly body: string;
}

/** Requests under way at the same time. */
export const applyConcurrency = 16;

/** Sends applies to the server over kept connections, so many at a time. */
export class ApplyClient {
  private readonly agent: Agent;
  private readonly authorization: string;
  private readonly url: URL;

  constructor({ url, caCertificate, token }: ServerProcess) {
    this.url = new URL(url);
    this.authorization = `Bearer ${token}`;
    this.agent = new Agent({ keepAlive: true, maxSockets: applyConcurrency, ca: caCertificate });
  }

  /** Sends them all in order, `applyConcurrency` at a time. Rejects at the first answer that is none of `codes`. */
  async applyAll(applies: Iterable<Apply>, codes: readonly number[], signal: AbortSignal): Promise<number> {
    const queue = applies[Symbol.iterator]();
    let sent = 0;
    const work = async (): Promise<void> => {
      for (let next = queue.next(); next.done !== true; next = queue.next()) {
        signal.throwIfAborted();
        await this.apply(next.value, codes);
        sent += 1;
      }
    };
    await Promise.all(Array.from({ length: applyConcurrency }, work));
    return sent;
  }

  /** Sends one. */
  async apply(apply: Apply, codes: readonly number[]): Promise<void> {
    const { code, text } = await this.send(apply);
    if (!codes.includes(code)) throw new Error(`PATCH ${apply.path}: ${code} ${text}`);
  }

  /** Sends one and tells what was answered. */
  send({ path, body }: Apply): Promise<{ readonly code: number; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const sent = sendRequest({
        agent: this.agent,
        host: this.url.hostname,
        port: this.url.port,
        method: "PATCH",
        path: `${path}?fieldManager=bench&force=true`,
        headers: {
          authorization: this.authorization,
          "content-type": "application/apply-patch+yaml",
          "content-length": Buffer.byteLength(body),
        },
      });
      sent.on("error", reject);
      sent.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => resolve({ code: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      });
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** The apply of an object to a collection. */
export function applyOf(collection: string, name: string, object: JsonObject): Apply {
  return { path: `${collection}/${name}`, body: JSON.stringify(object) };
}
