import { seededRandom } from "../../src/base/random.js";
import type { ApiError } from "../../src/kube/apiError.js";
import { LeaderElection } from "../../src/runtime/leaderElection.js";
import type { Leadership } from "../../src/runtime/leadership.js";
import type { FakeClock } from "./fakeClock.js";
import type { MemoryLeases, Network } from "./memoryLeases.js";

/** One who stands for election over leases in memory, with what it went through and its network to spoil. */
export function candidate(leases: MemoryLeases, clock: FakeClock, name: string) {
  const wire: { network: Network } = { network: "up" };
  const errors: ApiError[] = [];
  const election = new LeaderElection({
    store: leases.candidate(name, () => wire.network),
    identity: name,
    clock,
    random: seededRandom(name.length),
    onError: (error) => errors.push(error),
  });
  const states: Leadership[] = [];
  election.leadership$.subscribe((state) => states.push(state));
  const stop = new AbortController();
  return {
    wire,
    errors,
    states,
    stop,
    gate: election.writeGate,
    state: () => states.at(-1)?.state,
    run: () => election.run(stop.signal),
  };
}
