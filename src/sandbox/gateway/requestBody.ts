import { PassThrough, type Readable } from "node:stream";

const mostReplayed = 64 * 1024;
const mostBehind = 1024 * 1024;

/** The body of a request, read to its end; undefined if it is longer than what is kept for another try (64 KiB). */
export async function readWhole(body: Readable, length: string | undefined): Promise<Buffer | undefined> {
  if (length === undefined || Number(length) > mostReplayed) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** A copy of what flows through the body, which does not slow it down: a reader who falls 1 MiB behind loses it. */
export function copyOf(body: Readable): Readable {
  const copy = new PassThrough();
  copy.on("error", () => undefined);
  body.on("data", (chunk: Buffer) => {
    if (copy.destroyed) return;
    copy.write(chunk);
    if (copy.writableLength > mostBehind) copy.destroy(new Error("the copy fell behind"));
  });
  body.on("end", () => copy.end());
  body.on("error", () => copy.destroy());
  return copy;
}
