/** Where a picture is drawn. */
export interface Canvas {
  write(text: string): unknown;
  readonly columns?: number;
}

const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const clearToEnd = "\u001b[K";
const clearBelow = "\u001b[J";

/** A picture of lines at the end of a terminal's text, drawn over itself (ECMA-48). */
export class Screen {
  private height = 0;
  private isOpen = false;

  constructor(private readonly canvas: Canvas) {}

  get columns(): number {
    return this.canvas.columns ?? 80;
  }

  /** The next picture stands below what is there. */
  begin(): void {
    this.height = 0;
    this.isOpen = true;
    this.canvas.write(hideCursor);
  }

  draw(lines: readonly string[]): void {
    const up = this.height > 0 ? `\u001b[${this.height}A` : "";
    this.canvas.write(`${up}\r${lines.map((line) => `${line}${clearToEnd}\n`).join("")}${clearBelow}`);
    this.height = lines.length;
  }

  /** Leaves the last picture where it is, and gives the cursor back. */
  end(): void {
    if (this.isOpen) this.canvas.write(showCursor);
    this.isOpen = false;
  }
}
