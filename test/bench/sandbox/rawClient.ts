import type { Socket } from "node:net";
import { connect } from "node:net";

const headEnd = "\r\n\r\n";

/** Where requests go. */
export interface RawTarget {
  readonly host: string;
  readonly port: number;
  /** What the requests' Host says. */
  readonly name: string;
}

/**
 * Sends GET after GET on one connection, each when the answer to the one before is complete, until it is aborted;
 * resolves with how many were answered. It reads of the answers what it must and costs next to nothing. Rejects at an
 * answer that is no 200.
 */
export function askAgainAndAgain({ host, port, name }: RawTarget, signal: AbortSignal): Promise<number> {
  const question = `GET /path?query=1 HTTP/1.1\r\nHost: ${name}\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n`;
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host, port, noDelay: true });
    let answered = 0;
    let read = "";
    const ask = (): void => {
      if (!signal.aborted) socket.write(question);
      else {
        socket.destroy();
        resolve(answered);
      }
    };
    socket.on("connect", ask);
    socket.on("data", (chunk) => {
      read += chunk.toString("latin1");
      const rest = afterAnswer(read);
      if (rest === undefined) return;
      if (!read.startsWith("HTTP/1.1 200 ")) {
        socket.destroy();
        reject(new Error(`the gateway answered ${read}`));
        return;
      }
      read = rest;
      answered += 1;
      ask();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the gateway closed a connection")));
  });
}

/** What follows a complete answer; undefined while it is none. */
function afterAnswer(read: string): string | undefined {
  const end = read.indexOf(headEnd);
  if (end < 0) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(read)?.[1];
  if (length === undefined) throw new Error(`an answer without a length: ${read}`);
  const whole = end + headEnd.length + Number(length);
  return read.length < whole ? undefined : read.slice(whole);
}
