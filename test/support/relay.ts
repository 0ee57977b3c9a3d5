import type { Server, Socket } from "node:net";
import { connect, createServer } from "node:net";

/** Passes TCP connections on to another port of 127.0.0.1, and can cut or hold all of them at once. */
export class Relay {
  /** Each socket and where what comes from it goes. */
  private readonly sockets = new Map<Socket, Socket>();
  private frozen = false;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static start(target: number): Promise<Relay> {
    return new Promise((resolve, reject) => {
      const server = createServer();
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        const relay = new Relay(server, typeof address === "object" && address !== null ? address.port : 0);
        server.on("connection", (socket) => relay.pass(socket, target));
        resolve(relay);
      });
    });
  }

  private pass(incoming: Socket, target: number): void {
    const outgoing = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      this.sockets.set(from, to);
      from.on("error", () => to.destroy());
      from.once("close", () => {
        this.sockets.delete(from);
        to.destroy();
      });
      if (!this.frozen) from.pipe(to);
    }
  }

  /** Passes nothing on until `thaw`; connections stay open, and new ones are accepted. */
  freeze(): void {
    this.frozen = true;
    for (const [from, to] of this.sockets) from.unpipe(to).pause();
  }

  /** Passes on what was held, and everything after it. */
  thaw(): void {
    this.frozen = false;
    for (const [from, to] of this.sockets) from.pipe(to);
  }

  /** Ends every connection; new ones are passed on as before. */
  cut(): void {
    for (const socket of this.sockets.keys()) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    await closed;
  }
}
