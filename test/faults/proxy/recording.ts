import { describeWrite, isWrite } from "./describeWrite.js";
import type { ProxiedRequest } from "./request.js";

/** Where a write can be interrupted: before it is sent on, after the server stored it and before the reply, after it. */
export const writePoints = ["before", "stored", "replied"] as const;
export type WritePoint = (typeof writePoints)[number];

/** One mutating request. */
export interface RecordedWrite {
  /** From 1, in the order in which they came. */
  readonly number: number;
  /** Verb, object and description with the count of its like: the same write has the same key in every run. */
  readonly key: string;
  readonly verb: string;
  readonly resource: string;
  readonly name: string;
  readonly manager: string;
  readonly description: string;
  /** What the server answered, once it has. */
  status?: number;
}

/** What a point of a write comes to: it goes on, or the connection ends there. */
export type Passage = "on" | "drop";

/** Called at each point of each write, which waits for it. */
export type OnPoint = (write: RecordedWrite, point: WritePoint) => Promise<Passage>;

/** Numbers the writes of a run. */
export class Recording {
  readonly writes: RecordedWrite[] = [];
  private readonly counts = new Map<string, number>();

  constructor(private readonly onPoint: OnPoint = () => Promise.resolve("on")) {}

  /** Takes down a request; undefined if it writes nothing. */
  begin(request: ProxiedRequest): RecordedWrite | undefined {
    if (!isWrite(request)) return undefined;
    const description = describeWrite(request);
    // An Event has a name of its own each time.
    const name = request.resource === "events" ? "" : request.name;
    const label = `${request.verb} ${request.resource}/${name} ${description} by ${request.manager}`;
    const count = (this.counts.get(label) ?? 0) + 1;
    this.counts.set(label, count);
    const { verb, resource, manager } = request;
    const number = this.writes.length + 1;
    const write: RecordedWrite = { number, key: `${label} #${count}`, verb, resource, name, manager, description };
    this.writes.push(write);
    return write;
  }

  /** Waits for what the run does at a point. */
  async at(write: RecordedWrite | undefined, point: WritePoint): Promise<Passage> {
    return write === undefined ? "on" : this.onPoint(write, point);
  }
}
