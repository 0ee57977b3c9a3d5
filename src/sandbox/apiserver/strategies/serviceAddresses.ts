import { arrayAt, numberAt, stringAt } from "../../../base/json.js";
import type { Random } from "../../../base/random.js";
import type { Store } from "../store/store.js";
import type { Stored } from "../store/stored.js";
import { objectOf } from "../store/stored.js";

const addresses = 65_534;
const firstNodePort = 30_000;
const nodePorts = 2_768;

/** Which addresses of 10.0.0.0/16 and which ports of the nodes Services have. */
export class ServiceAddresses {
  private readonly takenAddresses = new Set<string>();
  private readonly takenPorts = new Set<number>();

  constructor(
    store: Store,
    private readonly random: Random,
  ) {
    store.subscribe(({ type, stored, previous }, collection) => {
      if (collection !== "services") return;
      if (previous !== undefined) this.each(previous, false);
      if (type !== "DELETED") this.each(stored, true);
    });
  }

  /** An address that no Service has; undefined if there is none left. */
  address(): string | undefined {
    const first = Math.floor(this.random.next() * addresses);
    for (let step = 0; step < addresses; step += 1) {
      const number = ((first + step) % addresses) + 1;
      const address = `10.0.${number >> 8}.${number & 255}`;
      if (!this.takenAddresses.has(address)) return address;
    }
    return undefined;
  }

  /** A port of the nodes that no Service has, and none of `besides`; undefined if there is none left. */
  nodePort(besides: ReadonlySet<number>): number | undefined {
    for (let port = firstNodePort; port < firstNodePort + nodePorts; port += 1)
      if (!this.takenPorts.has(port) && !besides.has(port)) return port;
    return undefined;
  }

  private each(stored: Stored, isTaken: boolean): void {
    const service = objectOf(stored);
    const address = stringAt(service, "spec", "clusterIP") ?? "";
    if (address !== "" && address !== "None") mark(this.takenAddresses, address, isTaken);
    for (const port of arrayAt(service, "spec", "ports")) {
      const nodePort = numberAt(port, "nodePort");
      if (nodePort !== undefined) mark(this.takenPorts, nodePort, isTaken);
    }
  }
}

function mark<T>(set: Set<T>, value: T, isTaken: boolean): void {
  if (isTaken) set.add(value);
  else set.delete(value);
}
