import { describeError } from "../../../src/base/errors.js";
import type { KubeObject } from "../../../src/kube/object.js";
import { isKubeObject } from "../../../src/kube/object.js";
import type { GroupVersionResource } from "../../../src/kube/resource.js";
import type { AdminClient, OpenWatch, WatchLine } from "./adminClient.js";

/** One stored revision of an object; for DELETED the last one. `at` is monotonic milliseconds. */
export interface Revision {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: KubeObject;
  readonly at: number;
}

/** A record of all revisions since its start, the objects that were there then included. */
export interface Recorder {
  readonly revisions: readonly Revision[];
  /** Ends it. Throws if a revision may have been missed. */
  stop(): Promise<void>;
}

/** Records every stored revision of the resources in a namespace; a second pair of eyes for invariants. */
export async function recordRevisions(
  admin: AdminClient,
  namespace: string,
  ...resources: readonly GroupVersionResource[]
): Promise<Recorder> {
  const recordings = await Promise.all(resources.map((resource) => Recording.start(admin, namespace, resource)));
  return {
    get revisions() {
      return recordings.flatMap((recording) => recording.revisions).sort((a, b) => a.at - b.at);
    },
    async stop() {
      await Promise.all(recordings.map((recording) => recording.stop()));
    },
  };
}

class Recording {
  readonly revisions: Revision[] = [];
  private stopped = false;
  private failure: Error | undefined;
  private watch: OpenWatch | undefined;
  private running: Promise<void> = Promise.resolve();

  private constructor(
    private readonly admin: AdminClient,
    private readonly namespace: string,
    private readonly resource: GroupVersionResource,
    private position: string,
  ) {}

  static async start(admin: AdminClient, namespace: string, resource: GroupVersionResource): Promise<Recording> {
    const { items, resourceVersion } = await admin.page(resource, namespace);
    const recording = new Recording(admin, namespace, resource, resourceVersion);
    for (const object of items) recording.revisions.push({ type: "ADDED", object, at: 0 });
    recording.running = recording.follow();
    return recording;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.watch?.stop();
    await this.running;
    if (this.failure !== undefined) throw this.failure;
  }

  private async follow(): Promise<void> {
    while (!this.stopped && this.failure === undefined) {
      const where = { namespace: this.namespace, resourceVersion: this.position };
      this.watch = this.admin.watch(this.resource, where, (line) => this.onLine(line));
      try {
        await this.watch.done;
      } catch (thrown) {
        this.fail(describeError(thrown));
      }
    }
  }

  private onLine({ type, object, at }: WatchLine): void {
    if ((type === "ADDED" || type === "MODIFIED" || type === "DELETED") && isKubeObject(object)) {
      this.position = object.metadata.resourceVersion;
      this.revisions.push({ type, object, at });
    } else this.fail(`${type}: ${JSON.stringify(object)}`);
  }

  private fail(problem: string): void {
    this.failure ??= new Error(`the record of ${this.resource.resource} has a gap: ${problem}`);
  }
}
