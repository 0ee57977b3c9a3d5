import { decodeEvent, parseJson } from "../../../src/server/dashboard/page/decode.js";
import { EventParser } from "../../../src/server/dashboard/page/eventParser.js";
import type { StreamEvent } from "../../../src/server/dashboard/page/types.js";

/** Reads a stream of the read API as the page does, and keeps what it says. */
export class StreamReader {
  readonly events: StreamEvent[] = [];
  /** Whether the server has ended it. */
  over = false;
  private readonly ending = new AbortController();

  private constructor(readonly status: number) {}

  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<StreamReader> {
    const ending = new AbortController();
    const response = await fetch(url, { headers, signal: ending.signal });
    const reader = new StreamReader(response.status);
    reader.ending.signal.addEventListener("abort", () => ending.abort());
    void reader.read(response);
    return reader;
  }

  close(): void {
    this.ending.abort();
  }

  private async read({ body }: Response): Promise<void> {
    const parser = new EventParser();
    const decoder = new TextDecoder();
    try {
      for await (const piece of body ?? []) {
        for (const { type, data } of parser.take(decoder.decode(piece as Uint8Array, { stream: true }))) {
          const event = decodeEvent(type, parseJson(data));
          if (event !== undefined) this.events.push(event);
        }
      }
    } catch {
      // Closed by us or cut by the server: both are an end.
    }
    this.over = true;
  }
}
