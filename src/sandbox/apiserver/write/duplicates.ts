/**
 * Paths of members that stand twice in a JSON text, as `data.a` or `spec.ports[0].name`; the text must be valid JSON.
 * JSON.parse keeps the last one and does not tell.
 */
export function duplicateFields(text: string): readonly string[] {
  return new Scanner(text).scan();
}

interface Frame {
  readonly path: string;
  /** Keys of an object that were seen; undefined in an array. */
  readonly keys?: Set<string>;
  index: number;
  /** Path of the member or item that is being read. */
  here: string;
}

const interesting = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

class Scanner {
  private readonly found: string[] = [];
  private readonly frames: Frame[] = [];

  constructor(private readonly text: string) {}

  scan(): readonly string[] {
    let last = "";
    for (const [token] of this.text.matchAll(interesting)) {
      if (token === ":") this.member(last);
      else this.structure(token);
      last = token;
    }
    return this.found;
  }

  private structure(token: string): void {
    const frame = this.frames.at(-1);
    if (token === "{") this.frames.push({ path: this.path(), keys: new Set(), index: 0, here: "" });
    else if (token === "[") this.frames.push({ path: this.path(), index: 0, here: `${this.path()}[0]` });
    else if (token === "}" || token === "]") this.frames.pop();
    else if (token === "," && frame !== undefined && frame.keys === undefined) {
      frame.index += 1;
      frame.here = `${frame.path}[${frame.index}]`;
    }
  }

  private member(quoted: string): void {
    const frame = this.frames.at(-1);
    if (frame?.keys === undefined) return;
    const key = String(JSON.parse(quoted));
    frame.here = frame.path === "" ? key : `${frame.path}.${key}`;
    if (frame.keys.has(key)) this.found.push(frame.here);
    frame.keys.add(key);
  }

  private path(): string {
    return this.frames.at(-1)?.here ?? "";
  }
}
