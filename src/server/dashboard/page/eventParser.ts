/** One server-sent event. */
export interface RawEvent {
  readonly type: string;
  readonly data: string;
}

/** Cuts a stream of text into server-sent events (WHATWG HTML §9.2.6), of which only type and data are used here. */
export class EventParser {
  private rest = "";

  /** Takes a piece of the stream; returns the events that are whole by now. */
  take(piece: string): readonly RawEvent[] {
    const blocks = (this.rest + piece.replaceAll("\r", "")).split("\n\n");
    this.rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => {
      const event = parseBlock(block);
      return event === undefined ? [] : [event];
    });
  }
}

function parseBlock(block: string): RawEvent | undefined {
  let type = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const [, field, value = ""] = /^(\w+)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === "event") type = value;
    if (field === "data") data.push(value);
  }
  return data.length === 0 ? undefined : { type, data: data.join("\n") };
}
