import type { IncomingMessage } from "node:http";

import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { Failure } from "../status/failure.js";
import { badRequest, tooLarge } from "../status/failure.js";

/** Largest body that is read, as in kube-apiserver. */
const longestBody = 3 * 1024 * 1024;

/** The whole body as text. 413 beyond 3 MB: the rest is not kept, and the connection has to be closed. */
export function readBody(request: IncomingMessage): Promise<Result<string, Failure>> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > longestBody) return Promise.resolve(fail(tooLargeBody()));
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= longestBody) chunks.push(chunk);
      else resolve(fail(tooLargeBody()));
    });
    request.on("end", () => resolve(ok(Buffer.concat(chunks).toString("utf8"))));
    request.on("close", () => resolve(fail(badRequest("the body ended before it was complete"))));
    request.on("error", () => resolve(fail(badRequest("the body ended before it was complete"))));
  });
}

function tooLargeBody(): Failure {
  return tooLarge(`Request entity too large: limit is ${longestBody}`);
}
