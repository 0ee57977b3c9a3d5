import { constants, createServer as createHttp2Server } from "node:http2";
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createHttp1Server } from "node:http";
import type { Socket } from "node:net";

/** Who answers the requests of some connections. */
export interface RequestHandlers {
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  onStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void;
}

/** The beginning of HTTP/2's connection preface that no method of HTTP/1.1 shares. */
const preface = "PRI ";

/** Open connections that speak HTTP/1.1 with keep-alive or HTTP/2 without TLS, whichever the client begins with. */
export class Connections {
  private readonly http1: Server;
  private readonly http2: Http2Server;
  /** Requests under way of each connection; those of HTTP/2 are counted at their sessions. */
  private readonly sockets = new Map<Socket, Set<ServerResponse>>();
  private readonly http2Sockets = new WeakSet<Socket>();
  private readonly sessions = new Set<ServerHttp2Session>();
  private isFinishing = false;
  private busy = 0;
  private onIdle: () => void = () => undefined;

  constructor(handlers: RequestHandlers) {
    this.http1 = createHttp1Server((request, response) => {
      this.onRequest(request.socket, response);
      handlers.onRequest(request, response);
    });
    // A server that closes idle connections loses requests that are on their way to it.
    this.http1.keepAliveTimeout = 0;
    this.http2 = createHttp2Server();
    this.http2.on("session", (session) => this.onSession(session));
    this.http2.on("sessionError", () => undefined);
    this.http2.on("stream", (stream, headers) => {
      this.onStream(stream);
      handlers.onStream(stream, headers);
    });
  }

  /** Requests that have begun and are not answered completely. */
  get underWay(): number {
    return this.busy;
  }

  /** Takes over a connection that was accepted. */
  accept(socket: Socket): void {
    this.sockets.set(socket, new Set());
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      this.sockets.delete(socket);
      this.checkIdle();
    });
    this.awaitPreface(socket);
  }

  /**
   * Closes what is idle, and everything else after its answer: HTTP/1.1 by `Connection: close`, HTTP/2 by GOAWAY.
   * Calls `onIdle` once nothing is left.
   */
  finish(onIdle: () => void): void {
    this.isFinishing = true;
    this.onIdle = onIdle;
    for (const [socket, responses] of this.sockets) {
      for (const response of responses) response.shouldKeepAlive = false;
      if (responses.size === 0 && !this.http2Sockets.has(socket)) socket.destroy();
    }
    for (const session of this.sessions) session.close();
    this.checkIdle();
  }

  /** Ends every connection now, as the end of its process does. */
  destroy(): void {
    for (const session of this.sessions) session.destroy();
    for (const socket of this.sockets.keys()) socket.destroy();
  }

  /**
   * `readable`, not `data`: a socket that flows would lose bytes before HTTP/2 takes it over. Clients send their
   * preface in one piece; a first piece that is shorter counts as HTTP/1.1.
   */
  private awaitPreface(socket: Socket): void {
    socket.once("readable", () => {
      const begin: unknown = socket.read();
      if (!Buffer.isBuffer(begin)) {
        socket.destroy();
        return;
      }
      socket.unshift(begin);
      if (begin.subarray(0, preface.length).toString("latin1") === preface) {
        this.http2Sockets.add(socket);
        this.http2.emit("connection", socket);
      } else this.http1.emit("connection", socket);
    });
  }

  private onRequest(socket: Socket, response: ServerResponse): void {
    const responses = this.sockets.get(socket);
    this.busy += 1;
    responses?.add(response);
    if (this.isFinishing) response.shouldKeepAlive = false;
    response.once("close", () => {
      this.busy -= 1;
      responses?.delete(response);
      if (this.isFinishing && responses?.size === 0) socket.destroySoon();
      this.checkIdle();
    });
  }

  private onSession(session: ServerHttp2Session): void {
    this.sessions.add(session);
    session.on("error", () => undefined);
    session.once("close", () => {
      this.sessions.delete(session);
      this.checkIdle();
    });
    if (this.isFinishing) session.close();
  }

  private onStream(stream: ServerHttp2Stream): void {
    this.busy += 1;
    stream.on("error", () => stream.close(constants.NGHTTP2_CANCEL));
    stream.once("close", () => {
      this.busy -= 1;
      this.checkIdle();
    });
  }

  private checkIdle(): void {
    if (this.isFinishing && this.busy === 0 && this.sockets.size === 0) this.onIdle();
  }
}
