import { request as sendRequest, Agent } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { ClientHttp2Stream } from "node:http2";
import { connect } from "node:http2";

import { seededRandom } from "../../../../../src/base/random.js";
import type { Behaviour } from "../../../../../src/sandbox/workloads/server/behaviour.js";
import { wellBehaved } from "../../../../../src/sandbox/workloads/server/behaviour.js";
import { GrpcFrameReader, grpcFrame } from "../../../../../src/sandbox/workloads/server/grpcFrames.js";
import type { Endpoint } from "../../../../../src/sandbox/workloads/server/podNetwork.js";
import { LoopbackNetwork } from "../../../../../src/sandbox/workloads/server/podNetwork.js";
import { PodServer } from "../../../../../src/sandbox/workloads/server/podServer.js";
import { FakeClock } from "../../../../support/fakeClock.js";

export const ip = "10.1.0.1";

/** A Pod's server on loopback whose behaviour a test sets, and the clock it lives by. */
export class Serving {
  readonly clock = new FakeClock();
  readonly network = new LoopbackNetwork();
  readonly server: PodServer;
  changes = 0;
  private behaviour: Behaviour = wellBehaved;

  constructor(ports: readonly number[] = [8080]) {
    this.server = new PodServer({
      clock: this.clock,
      random: seededRandom(7),
      network: this.network,
      identity: { pod: "app-1", version: "v1" },
      address: ip,
      ports,
      behaviour: () => this.behaviour,
      onChange: () => (this.changes += 1),
    });
  }

  set(over: Partial<Behaviour>): void {
    this.behaviour = { ...wellBehaved, ...over };
    this.server.refresh();
  }

  endpoint(port = 8080): Endpoint {
    const found = this.network.endpointOf(ip, port);
    if (found === undefined) throw new Error(`nobody listens on ${port}`);
    return found;
  }
}

/** An answer as a client saw it. */
export interface Seen {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly isReused: boolean;
}

/** Sends one HTTP/1.1 request. Rejects with the connection's error. */
export function http1(to: Endpoint, headers: Record<string, string> = {}, agent = new Agent()): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const sent = sendRequest({ ...to, path: "/hello", headers: { host: "app.example.com", ...headers }, agent });
    sent.on("error", reject);
    sent.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.once("end", () => {
        const { statusCode: status = 0, headers: answered } = response;
        resolve({ status, headers: answered, trailers: {}, body: Buffer.concat(chunks), isReused: sent.reusedSocket });
      });
    });
    sent.end();
  });
}

/** Sends one HTTP/2 request on a connection of its own. Rejects with the connection's error. */
export function http2(
  to: Endpoint,
  headers: Record<string, string> = {},
  body?: Buffer,
  onStream: (stream: ClientHttp2Stream) => void = () => undefined,
): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://${to.host}:${to.port}`);
    session.on("error", reject);
    const stream = session.request({ ":path": "/hello", ...headers }, { endStream: body === undefined });
    onStream(stream);
    const chunks: Buffer[] = [];
    let answered: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    stream.once("response", (found) => (answered = found));
    stream.once("trailers", (found: IncomingHttpHeaders) => (trailers = found));
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.once("close", () => {
      session.close();
      const status = Number(answered[":status"]);
      if (answered[":status"] === undefined) reject(new Error("closed without an answer"));
      else resolve({ status, headers: answered, trailers, body: Buffer.concat(chunks), isReused: false });
    });
    if (body !== undefined) stream.end(body);
  });
}

/** Calls a gRPC method with one message. */
export async function grpc(
  to: Endpoint,
  path: string,
  message: string,
  headers: Record<string, string> = {},
): Promise<{ readonly seen: Seen; readonly messages: readonly string[] }> {
  const common = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
  const seen = await http2(to, { ...common, ...headers }, grpcFrame(Buffer.from(message)));
  return { seen, messages: new GrpcFrameReader().push(seen.body).map(String) };
}
