import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";

type ConnectOptions = Parameters<http.Agent["createConnection"]>[0];
type ConnectCallback = Parameters<http.Agent["createConnection"]>[1];
type Connection = ReturnType<http.Agent["createConnection"]>;

/** A connection pool that knows which of its sockets can carry bytes at once. */
export interface Pool {
  readonly agent: http.Agent;
  readonly secure: boolean;
  /** Calls `run` when the socket is connected and its TLS handshake done; in the same tick if it is already. */
  whenReady(socket: Socket, run: () => void): void;
}

const keepAliveProbe = 30_000;

/** A pool without a limit of sockets. Sockets idle for `idle` milliseconds are closed; 0 keeps them. */
export function createPool(secure: boolean, idle: number): Pool {
  const ready = new WeakSet<object>();
  const event = secure ? "secureConnect" : "connect";
  const watch = (connection: Connection): Connection => {
    connection?.once(event, () => ready.add(connection));
    return connection;
  };
  const options = { keepAlive: true, keepAliveMsecs: keepAliveProbe, ...(idle === 0 ? {} : { timeout: idle }) };
  const agent = secure ? new WatchedHttpsAgent(watch, options) : new WatchedHttpAgent(watch, options);
  return {
    agent,
    secure,
    whenReady(socket, run) {
      if (ready.has(socket)) run();
      else socket.once(event, run);
    },
  };
}

type Watch = (connection: Connection) => Connection;

class WatchedHttpAgent extends http.Agent {
  constructor(
    private readonly watch: Watch,
    options: http.AgentOptions,
  ) {
    super(options);
  }

  override createConnection(options: ConnectOptions, callback?: ConnectCallback): Connection {
    return this.watch(super.createConnection(options, callback));
  }
}

class WatchedHttpsAgent extends https.Agent {
  constructor(
    private readonly watch: Watch,
    options: https.AgentOptions,
  ) {
    super(options);
  }

  override createConnection(options: ConnectOptions, callback?: ConnectCallback): Connection {
    return this.watch(super.createConnection(options, callback));
  }
}
