import { describeError } from "../../../base/errors.js";
import type { Cluster } from "../cluster.js";
import type { WatchHub } from "../read/watchHub.js";
import type { Change } from "../store/changeLog.js";
import type { Controller } from "./controller.js";
import { DefinitionController } from "./definitionController.js";
import { GarbageCollector } from "./garbageCollector.js";
import { NamespaceController } from "./namespaceController.js";

/** What controllers are made of. */
export interface ControllerParts {
  readonly cluster: Cluster;
  readonly hub: WatchHub;
  /** What `kube-root-ca.crt` holds, PEM. */
  readonly caCertificate: string;
  readonly onError: (problem: string) => void;
}

interface Noted {
  readonly change: Change;
  readonly collection: string;
}

/** What a control plane does by itself, beside the API: definitions, garbage, namespaces. */
export class Controllers {
  private readonly controllers: readonly Controller[];
  private readonly unsubscribe: () => void;
  private noted: Noted[] = [];
  private turn: NodeJS.Immediate | undefined;

  constructor(private readonly parts: ControllerParts) {
    const { cluster, hub, caCertificate } = parts;
    this.controllers = [
      new DefinitionController(cluster, hub),
      new GarbageCollector(cluster),
      new NamespaceController(cluster, caCertificate),
    ];
    this.unsubscribe = cluster.store.subscribe((change, collection) => this.note(change, collection));
  }

  /** Carries out what has been noted; called by itself in the turn after each change. */
  settle(): void {
    while (this.noted.length > 0) {
      const noted = this.noted;
      this.noted = [];
      for (const { change, collection } of noted) this.handle(change, collection);
    }
  }

  /** Stops all of it. */
  close(): void {
    this.unsubscribe();
    if (this.turn !== undefined) clearImmediate(this.turn);
    for (const controller of this.controllers) controller.close();
  }

  private note(change: Change, collection: string): void {
    for (const controller of this.controllers) controller.observe?.(change, collection);
    this.noted.push({ change, collection });
    this.turn ??= setImmediate(() => {
      this.turn = undefined;
      this.settle();
    });
  }

  private handle(change: Change, collection: string): void {
    for (const controller of this.controllers) {
      try {
        controller.handle(change, collection);
      } catch (thrown) {
        this.parts.onError(`a controller failed: ${describeError(thrown)}`);
      }
    }
  }
}
