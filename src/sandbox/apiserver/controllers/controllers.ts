import type { WatchHub } from "../read/watchHub.js";

/** What a control plane does by itself. */
export class Controllers {
  constructor(private readonly hub: WatchHub) {}

  /** Stops all of it. */
  close(): void {
    this.hub.endAll();
  }
}
