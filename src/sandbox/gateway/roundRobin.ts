import type { Endpoint } from "./directory.js";
import type { Target } from "./rule.js";

/** Takes the endpoints of each target in turns. */
export class RoundRobin {
  private readonly turns = new Map<string, number>();

  /** The next of `endpoints`; undefined if there is none. */
  next(target: Target, endpoints: readonly Endpoint[]): Endpoint | undefined {
    const key = `${target.namespace}/${target.name}:${target.port ?? ""} ${target.subset ?? ""}`;
    const turn = this.turns.get(key) ?? 0;
    this.turns.set(key, (turn + 1) % Number.MAX_SAFE_INTEGER);
    return endpoints[turn % Math.max(endpoints.length, 1)];
  }
}
