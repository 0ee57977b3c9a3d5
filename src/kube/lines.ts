import { StringDecoder } from "node:string_decoder";

/** Cuts a stream of UTF-8 bytes into lines, wherever the chunks were cut. */
export class Lines {
  private readonly decoder = new StringDecoder("utf8");
  private rest: string[] = [];
  private restLength = 0;

  /** `limit` is the most characters a line may have. */
  constructor(private readonly limit: number) {}

  /** The lines that end in this chunk, without their line feed; undefined once a line is longer than the limit. */
  push(chunk: Buffer): readonly string[] | undefined {
    const pieces = this.decoder.write(chunk).split("\n");
    const last = pieces.pop() ?? "";
    const lines = pieces.map((piece, index) => (index === 0 ? this.take(piece) : piece));
    this.rest.push(last);
    this.restLength += last.length;
    return this.restLength > this.limit ? undefined : lines;
  }

  /** What came after the last line feed. */
  end(): string {
    return this.take(this.decoder.end());
  }

  private take(piece: string): string {
    const line = this.rest.length === 0 ? piece : this.rest.join("") + piece;
    this.rest = [];
    this.restLength = 0;
    return line;
  }
}
