import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

import type { WatchStream } from "../read/watchStream.js";
import type { Answer } from "./answer.js";

/** From so many bytes on an answer is compressed for those who can read that, as kube-apiserver does. */
const compressFrom = 128 * 1024;
/** A watch whose client has so much unread is cut. */
const longestBacklog = 64 * 1024 * 1024;

/** Sends an answer. A client that has gone is left alone. */
export function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (answer.kind === "watch") {
    response.writeHead(200, { "Content-Type": answer.contentType, "Cache-Control": "no-cache, private" });
    response.flushHeaders();
    answer.open(streamOf(response));
    return;
  }
  const whole = Buffer.from(answer.text);
  const isCompressed = whole.length >= compressFrom && acceptsGzip(request);
  const body = isCompressed ? gzipSync(whole, { level: 1 }) : whole;
  const warnings = (answer.warnings ?? []).map((text) => `299 - ${JSON.stringify(text)}`);
  response.writeHead(answer.code, {
    "Content-Type": answer.contentType,
    "Content-Length": body.length,
    "Cache-Control": "no-cache, private",
    ...(isCompressed ? { "Content-Encoding": "gzip", Vary: "Accept-Encoding" } : {}),
    ...(warnings.length === 0 ? {} : { Warning: warnings }),
    ...answer.headers,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

function acceptsGzip(request: IncomingMessage): boolean {
  const header = request.headers["accept-encoding"];
  return typeof header === "string" && /\bgzip\b/.test(header);
}

function streamOf(response: ServerResponse): WatchStream {
  return {
    write(lines) {
      if (response.destroyed) return;
      response.write(lines);
      if (response.writableLength > longestBacklog) response.destroy();
    },
    end: () => void response.end(),
    onClose: (run) => void response.once("close", run),
  };
}
