import type { Server } from "node:net";
import { createServer } from "node:net";

const body = "an answer of an app\n".repeat(10);
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nX-App-Version: v1\r\n\r\n${body}`,
);
const headEnd = "\r\n\r\n";

/** A server that answers every GET the same at next to no cost, so that what is measured is the gateway. */
export function startBackend(): Promise<{ readonly port: number; close(): void }> {
  const server: Server = createServer({ noDelay: true }, (socket) => {
    let read = "";
    socket.on("data", (chunk) => {
      read += chunk.toString("latin1");
      for (let end = read.indexOf(headEnd); end >= 0; end = read.indexOf(headEnd)) {
        read = read.slice(end + headEnd.length);
        socket.write(answer);
      }
    });
    socket.on("error", () => socket.destroy());
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const bound = server.address();
      const port = typeof bound === "object" && bound !== null ? bound.port : 0;
      resolve({ port, close: () => void server.close() });
    });
  });
}
