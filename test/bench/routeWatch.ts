import { sleep, systemClock } from "../../src/base/clock.js";
import type { Json, JsonObject } from "../../src/base/json.js";
import { arrayAt, numberAt, stringAt } from "../../src/base/json.js";
import type { OpenWatch } from "../support/plane/adminClient.js";
import type { App } from "./app.js";
import { routes } from "./app.js";

/** What one look at a route tells. */
export interface RouteSight {
  readonly app: string;
  /** Whether the candidate has a share. */
  readonly carries: boolean;
  /** Whether a gateway has accepted this generation. */
  readonly confirmed: boolean;
}

/** Looks at the route of an app of the benchmark. */
export function sightOf(route: Json | undefined): RouteSight {
  const refs = arrayAt(route, "spec", "rules", 0, "backendRefs");
  const generation = numberAt(route, "metadata", "generation") ?? 0;
  const conditions = arrayAt(route, "status", "parents", 0, "conditions");
  const accepted = conditions.find((condition) => stringAt(condition, "type") === "Accepted");
  return {
    app: stringAt(route, "metadata", "name") ?? "",
    carries: (numberAt(refs.at(-1), "weight") ?? 0) > 0,
    confirmed: (numberAt(accepted, "observedGeneration") ?? -1) >= generation,
  };
}

/** Watches the routes of some apps of a namespace independently of those who write them. */
export class RouteWatch {
  private readonly watch: OpenWatch;
  private readonly sights = new Map<string, RouteSight>();

  /** `onSight` is told of each revision with the monotonic milliseconds of its arrival. */
  constructor(
    namespace: string,
    private readonly apps: readonly App[],
    onSight: (sight: RouteSight, at: number) => void,
  ) {
    const take = (route: JsonObject, at: number): void => {
      const sight = sightOf(route);
      this.sights.set(sight.app, sight);
      onSight(sight, at);
    };
    this.watch = this.app(0).admin.watch(routes, { namespace }, ({ object, at }) => take(object, at));
  }

  /** The app whose turn it is. */
  app(turn: number): App {
    const app = this.apps[turn % this.apps.length];
    if (app === undefined) throw new RangeError("no such app");
    return app;
  }

  /** The last look at the route of an app. */
  sight(app: App): RouteSight | undefined {
    return this.sights.get(app.name);
  }

  /** Waits until every app's route gives its candidate a share. */
  async untilAllCarry(signal: AbortSignal): Promise<void> {
    const end = systemClock.monotonic() + 60_000;
    while (!this.apps.every((app) => this.sight(app)?.carries === true)) {
      if (systemClock.monotonic() > end) throw new Error(`only ${this.sights.size} of ${this.apps.length} routes came`);
      await sleep(systemClock, 50, signal);
      signal.throwIfAborted();
    }
  }

  stop(): void {
    this.watch.stop();
  }
}
