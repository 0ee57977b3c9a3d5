const prefixBytes = 5;

/** A message with gRPC's prefix: a flag byte 0 (not compressed) and four bytes of length, big-endian. */
export function grpcFrame(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(prefixBytes + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, prefixBytes);
  return frame;
}

/** Takes gRPC messages out of a byte stream that is cut anywhere. */
export class GrpcFrameReader {
  private rest = Buffer.alloc(0);

  /** The messages that are complete with this chunk. */
  push(chunk: Uint8Array): Buffer[] {
    this.rest = this.rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.rest, chunk]);
    const messages: Buffer[] = [];
    while (this.rest.length >= prefixBytes) {
      const end = prefixBytes + this.rest.readUInt32BE(1);
      if (this.rest.length < end) break;
      messages.push(this.rest.subarray(prefixBytes, end));
      this.rest = this.rest.subarray(end);
    }
    return messages;
  }

  /** Whether the bytes so far end with a whole message. */
  isWhole(): boolean {
    return this.rest.length === 0;
  }
}

/** Status codes of gRPC that are used here. */
export const grpcStatus = { ok: 0, internal: 13, unavailable: 14 } as const;
