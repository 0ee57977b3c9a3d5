import { systemClock } from "../../../src/base/clock.js";
import { seededRandom } from "../../../src/base/random.js";
import { LoadSource } from "../../../src/sandbox/load/loadSource.js";
import type { LoadSummary } from "../../../src/sandbox/load/record.js";
import { Senders } from "../../../src/sandbox/load/senders.js";
import type { RequestShape } from "../../../src/sandbox/load/shape.js";
import { waitFor } from "../plane/waitFor.js";
import { gatewayAddress } from "./gateway.js";

/** Requests through the gateway at a steady rate, from now on until stopped. */
export class Traffic {
  private readonly source: LoadSource;
  /** When it began; the summary's times count from here. Monotonic milliseconds. */
  readonly startedAt: number;

  constructor(name: string, perSecond: number, shapes: readonly RequestShape[], address = gatewayAddress) {
    this.source = new LoadSource({
      clock: systemClock,
      random: seededRandom(1),
      carrier: new Senders(address),
      rate: perSecond,
      shapes,
      prefix: name,
    });
    this.source.start();
    this.startedAt = systemClock.monotonic() - this.source.elapsed();
  }

  summary(): LoadSummary {
    return this.source.summary();
  }

  /** Requests so far that a version answered. */
  answeredBy(version: string): number {
    return this.source.version(version)?.answered ?? 0;
  }

  /** When the last request was sent that a version answered, milliseconds from the start. */
  lastOf(version: string): number {
    return this.source.version(version)?.last.lastSentAt ?? Infinity;
  }

  /** Waits until so many more requests have ended, of one version where told. */
  async untilMore(count: number, version?: string): Promise<void> {
    const ended = (): number => (version === undefined ? this.source.ended : this.answeredBy(version));
    const goal = ended() + count;
    const whose = version === undefined ? "requests" : `requests to ${version}`;
    await waitFor(() => ended() >= goal, { describe: `${count} more ${whose}`, timeoutMs: 60_000 });
  }

  /** Sends no more, and waits for what is under way. */
  stop(): Promise<LoadSummary> {
    return this.source.stop();
  }
}

/** Waits until a request is answered: Envoy listens only once there is a route. */
export async function untilReachable(shape: RequestShape, address = gatewayAddress): Promise<void> {
  const senders = new Senders(address, 1);
  const headers = { "x-request-id": "probe" };
  const isAnswered = async (): Promise<boolean> => {
    const outcome = await senders.send(shape, { id: "probe", headers }, AbortSignal.timeout(2_000));
    return outcome.kind === "answered";
  };
  try {
    await waitFor(isAnswered, { describe: `${shape.host} to answer through the gateway` });
  } finally {
    senders.close();
  }
}
