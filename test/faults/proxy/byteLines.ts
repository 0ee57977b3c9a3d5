const lineFeed = 0x0a;

/** Cuts bytes into lines, their line feed included, wherever the chunks were cut. */
export class ByteLines {
  private rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): readonly Buffer[] {
    let bytes = Buffer.concat([this.rest, chunk]);
    const lines: Buffer[] = [];
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed)) {
      lines.push(bytes.subarray(0, end + 1));
      bytes = bytes.subarray(end + 1);
    }
    this.rest = bytes;
    return lines;
  }
}
