import { deflateRawSync, inflateRawSync } from "node:zlib";

/** Of a text this much is looked at for what repeats, and so much of the first text at most is learned, bytes. */
const windowBits = 12;
const learned = 3 << 10;

/** Deflates texts (RFC 1951) against the first of them; what is packed is a string of bytes, one character each. */
export class TextPacker {
  private options: Parameters<typeof deflateRawSync>[1] | undefined;

  pack(text: string): string {
    this.options ??= {
      windowBits,
      memLevel: 4,
      level: 3,
      chunkSize: 4000,
      dictionary: Buffer.from(Buffer.from(text).subarray(0, learned)),
    };
    return deflateRawSync(text, this.options).toString("latin1");
  }

  /** The text that was packed; what was not packed by this packer throws a TypeError or is another text. */
  unpack(packed: string): string {
    if (this.options === undefined) throw new TypeError("nothing was packed yet");
    return inflateRawSync(Buffer.from(packed, "latin1"), this.options).toString();
  }
}
