const escape = "\u001b";
const styled = new RegExp(`(${escape}\\[[0-9;]*m)`);

/** How text may look. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan";

/** Gives text a style, or leaves it as it is where there are no colours. */
export type Paint = (style: Style, text: string) => string;

const codes: Readonly<Record<Style, number>> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
};

/** Colours by ANSI escapes (ECMA-48), or none at all. */
export function painter(hasColours: boolean): Paint {
  return hasColours ? (style, text) => `${escape}[${codes[style]}m${text}${escape}[0m` : (_, text) => text;
}

/** Cuts a line to `columns` visible characters; escapes take no room and are closed. */
export function fit(line: string, columns: number): string {
  let room = columns;
  let result = "";
  for (const part of line.split(styled)) {
    if (part.startsWith(escape)) {
      result += part;
      continue;
    }
    const kept = Array.from(part).slice(0, room);
    room -= kept.length;
    result += kept.join("");
  }
  return result;
}

/** Text without control characters, which would move the cursor, break the line or forge colours: each is a space. */
export function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters in question
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, " ");
}
