import { describeError } from "../../../src/base/errors.js";
import type { KubeObject } from "../../../src/kube/object.js";
import { isKubeObject } from "../../../src/kube/object.js";
import type { GroupVersionResource } from "../../../src/kube/resource.js";
import type { AdminClient, OpenWatch, WatchLine } from "./adminClient.js";
import { RefusedError } from "./adminClient.js";
import { waitFor } from "./waitFor.js";

/** One stored revision of an object; for DELETED the last one. */
export interface Revision {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: KubeObject;
  /** The store's revision: one order for all resources of a server. */
  readonly stored: number;
  /** When it arrived here, in monotonic milliseconds: for durations, never for an order between two resources. */
  readonly at: number;
}

/** A record of all revisions since its start, the objects that were there then included, in the store's order. */
export interface Recorder {
  readonly revisions: readonly Revision[];
  /** Waits until everything that is stored now has been recorded. */
  caughtUp(): Promise<void>;
  /** Catches up and ends it. Throws if a revision may have been missed. */
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
      return recordings.flatMap((recording) => recording.revisions).sort((a, b) => a.stored - b.stored);
    },
    async caughtUp() {
      await Promise.all(recordings.map((recording) => recording.caughtUp()));
    },
    async stop() {
      await Promise.all(recordings.map((recording) => recording.stop()));
    },
  };
}

/** A kind whose definition went has no objects. */
function noneWhereUnknown(thrown: unknown): readonly KubeObject[] {
  if (thrown instanceof RefusedError && thrown.reply.status === 404) return [];
  throw thrown;
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
    for (const object of items) recording.add("ADDED", object, 0);
    recording.running = recording.follow();
    return recording;
  }

  /** Each object's revisions come in order: whoever has the last of every object has them all. */
  async caughtUp(): Promise<void> {
    const { resource, namespace } = this;
    await waitFor(
      async () => {
        if (this.failure !== undefined) return true;
        const items = await this.admin.list(resource, namespace).catch(noneWhereUnknown);
        const last = this.lastOfEach();
        const isKnown = ({ metadata }: KubeObject): boolean =>
          (last.get(metadata.uid)?.stored ?? 0) >= Number(metadata.resourceVersion);
        const there = new Set(items.map(({ metadata }) => metadata.uid));
        const hasEnded = ([uid, { type }]: [string, Revision]): boolean => there.has(uid) || type === "DELETED";
        return items.every(isKnown) && [...last].every(hasEnded);
      },
      { describe: `the record of ${resource.resource} to catch up` },
    );
  }

  async stop(): Promise<void> {
    await this.caughtUp();
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
      this.add(type, object, at);
    } else this.fail(`${type}: ${JSON.stringify(object)}`);
  }

  private add(type: Revision["type"], object: KubeObject, at: number): void {
    this.revisions.push({ type, object, at, stored: Number(object.metadata.resourceVersion) });
  }

  private lastOfEach(): ReadonlyMap<string, Revision> {
    return new Map(this.revisions.map((revision) => [revision.object.metadata.uid, revision]));
  }

  private fail(problem: string): void {
    this.failure ??= new Error(`the record of ${this.resource.resource} has a gap: ${problem}`);
  }
}
