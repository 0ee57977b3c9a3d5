import { describeError } from "../../../src/base/errors.js";
import { stringAt } from "../../../src/base/json.js";
import type { AdminClient, OpenWatch, WatchLine } from "../plane/adminClient.js";
import { waitFor } from "../plane/waitFor.js";

/** What a watch has brought so far. */
export class WatchLog {
  readonly lines: WatchLine[] = [];
  private readonly open: OpenWatch;

  constructor(admin: AdminClient, path: string, accept?: string) {
    this.open = admin.follow(path, (line) => this.lines.push(line), accept === undefined ? {} : { accept });
    // Whoever waits for the end sees the failure; nobody else need.
    this.open.done.catch(() => undefined);
  }

  /** The events without bookmarks, as "ADDED a". */
  get events(): readonly string[] {
    return this.lines
      .filter((line) => line.type !== "BOOKMARK")
      .map((line) => `${line.type} ${stringAt(line.object, "metadata", "name") ?? ""}`);
  }

  /** Waits for so many lines, bookmarks counted. */
  async reach(count: number): Promise<readonly WatchLine[]> {
    await waitFor(() => this.lines.length >= count, { describe: `${count} lines of a watch` });
    return this.lines;
  }

  /** Waits until there are as many events as these. */
  async become(...events: readonly string[]): Promise<void> {
    const describe = `the events ${events.join(", ")}`;
    await waitFor(() => this.events.length >= events.length, { describe }).catch((thrown: unknown) => {
      throw new Error(`${describeError(thrown)}; they are ${this.events.join(", ")}`);
    });
  }

  /** Waits until the server ends the watch; rejects where it refused it. */
  ended(): Promise<void> {
    return this.open.done;
  }

  /** Ends it from this side. */
  async stop(): Promise<void> {
    this.open.stop();
    await this.open.done.catch(() => undefined);
  }
}
