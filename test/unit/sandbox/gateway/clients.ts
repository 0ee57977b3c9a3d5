import { Agent, request as httpRequest } from "node:http";
import type { ClientHttp2Session, IncomingHttpHeaders } from "node:http2";
import { connect } from "node:http2";

import type { Address } from "../../../../src/sandbox/gateway/network.js";

/** What a client got. `problem` instead of a status: the connection broke. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: string;
  readonly problem?: string;
}

/** What a client asks. */
export interface Ask {
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Clients of HTTP/1.1 (with connections that are kept) and of h2c to one address. */
export class Clients {
  private readonly agent = new Agent({ keepAlive: true });
  private session: ClientHttp2Session | undefined;

  constructor(private readonly address: Address) {}

  http1({ host = "app.example.com", path = "/", method = "GET", headers = {}, body }: Ask = {}): Promise<Got> {
    return new Promise((resolve) => {
      const broken = (error: Error): void =>
        resolve({ status: 0, headers: {}, trailers: {}, body: "", problem: error.message });
      const options = { ...this.address, agent: this.agent, path, method, headers: { ...headers, host } };
      const outgoing = httpRequest(options, (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => (text += chunk));
        incoming.on("error", broken);
        incoming.on("end", () => {
          const { statusCode: status = 0, headers: got, trailers } = incoming;
          resolve({ status, headers: got, trailers, body: text });
        });
      });
      outgoing.on("error", broken);
      outgoing.end(body);
    });
  }

  http2({ host = "app.example.com", path = "/", method = "GET", headers = {}, body }: Ask = {}): Promise<Got> {
    this.session ??= connect(`http://${this.address.host}:${this.address.port}`);
    const stream = this.session.request(
      { ":authority": host, ":path": path, ":method": method, ...headers },
      { endStream: body === undefined },
    );
    return new Promise((resolve) => {
      let got: Got = { status: 0, headers: {}, trailers: {}, body: "" };
      const chunks: Buffer[] = [];
      stream.on("response", (all) => (got = { ...got, status: all[":status"] ?? 0, headers: all }));
      stream.on("trailers", (trailers: IncomingHttpHeaders) => (got = { ...got, trailers }));
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("error", (error: Error) => (got = { ...got, problem: error.message }));
      stream.on("close", () => resolve({ ...got, body: Buffer.concat(chunks).toString("utf8") }));
      if (body !== undefined) stream.end(body);
    });
  }

  /** One unary call of gRPC: the message in its frame. */
  grpc(path: string, message: string, host = "app.example.com"): Promise<Got> {
    const headers = { "content-type": "application/grpc", te: "trailers" };
    return this.http2({ host, path, method: "POST", headers, body: grpcFrame(message) });
  }

  close(): void {
    this.agent.destroy();
    this.session?.destroy();
  }
}

/** A message as gRPC puts it on the wire: not compressed, its length, itself. */
export function grpcFrame(message: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(Buffer.byteLength(message), 1);
  return Buffer.concat([head, Buffer.from(message)]);
}
