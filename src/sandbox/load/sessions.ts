import type { ClientHttp2Session } from "node:http2";
import { connect } from "node:http2";

import type { Endpoint } from "../workloads/server/podNetwork.js";

interface Open {
  readonly session: ClientHttp2Session;
  streams: number;
}

/** Fewer than any server allows by default. */
const maxStreams = 90;

/** HTTP/2 connections without TLS to one place: the one with the fewest streams, or one more where all are full. */
export class Sessions {
  private readonly open = new Set<Open>();

  constructor(
    private readonly target: Endpoint,
    private readonly least: number,
  ) {}

  /** A connection for one more stream, which is counted until `release`. */
  take(): { readonly session: ClientHttp2Session; release(): void } {
    const chosen = this.choose() ?? this.connect();
    chosen.streams += 1;
    return {
      session: chosen.session,
      release() {
        chosen.streams -= 1;
      },
    };
  }

  close(): void {
    for (const { session } of this.open) session.destroy();
    this.open.clear();
  }

  private choose(): Open | undefined {
    if (this.open.size < this.least) return undefined;
    let best: Open | undefined;
    for (const candidate of this.open) {
      if (candidate.session.closed || candidate.session.destroyed || candidate.streams >= maxStreams) continue;
      if (best === undefined || candidate.streams < best.streams) best = candidate;
    }
    return best;
  }

  private connect(): Open {
    const session = connect(`http://${this.target.host}:${this.target.port}`);
    const opened: Open = { session, streams: 0 };
    this.open.add(opened);
    const forget = (): void => void this.open.delete(opened);
    // Its streams report what happened to them.
    session.on("error", forget);
    session.once("goaway", forget);
    session.once("close", forget);
    return opened;
  }
}
