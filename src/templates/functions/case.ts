import { lowerRune, runesOf, upperRune, upperText, whiteSpace } from "../text.js";

const space = new RegExp(`^[${whiteSpace}]$`, "u");

export const upperCase = upperText;

/** The first letter of each word in upper case; words are what letters, digits and _ make. */
export function titleCase(value: string): string {
  let titled = "";
  let before = " ";
  for (const char of value) {
    titled += isSeparator(before) ? upperRune(char) : char;
    before = char;
  }
  return titled;
}

function isSeparator(char: string): boolean {
  if (char <= "\x7f") return !/^\w$/.test(char);
  return space.test(char);
}

/** The first letter after each blank in lower case. */
export function untitleCase(value: string): string {
  let changed = "";
  let isFirst = true;
  for (const char of value) {
    const isSpace = space.test(char);
    changed += isFirst && !isSpace ? lowerRune(char) : char;
    isFirst = isSpace;
  }
  return changed;
}

export function swapCase(value: string): string {
  let swapped = "";
  for (const char of value) {
    if (/^[\p{Lu}\p{Lt}]$/u.test(char)) swapped += lowerRune(char);
    else swapped += /^\p{Ll}$/u.test(char) ? upperRune(char) : char;
  }
  return swapped;
}

/** The first character of each word. */
export function initials(value: string): string {
  let found = "";
  let isFirst = true;
  for (const char of value) {
    const isSpace = space.test(char);
    if (isFirst && !isSpace) found += char;
    isFirst = isSpace;
  }
  return found;
}

/** some_words, some-words, some words → SomeWords. Connectors at the start and doubled ones stay. */
export function camelCase(value: string): string {
  const runes = runesOf(value);
  const start = runes.findIndex((char) => !isConnector(char));
  if (start < 0) return value;
  let out = runes.slice(0, start).join("");
  let held = upperRune(runes[start] ?? "");
  let lowering = isUpper(runes[start] ?? "");
  for (const char of runes.slice(start + 1)) {
    let next = char;
    if (isConnector(char) && isConnector(held)) {
      out += held;
      held = char;
      continue;
    }
    if (isConnector(held)) {
      lowering = isUpper(char);
      next = upperRune(char);
    } else {
      if (lowering) {
        if (isUpper(char)) next = lowerRune(char);
        else lowering = false;
      }
      out += held;
    }
    held = next;
  }
  return out + held;
}

function isConnector(char: string): boolean {
  return char === "-" || char === "_" || space.test(char);
}

function isUpper(char: string): boolean {
  return /^\p{Lu}$/u.test(char);
}

type WordKind = "none" | "number" | "upper" | "letters" | "connector" | "punctuation" | "other";
interface Word {
  readonly kind: WordKind;
  readonly text: string;
}

const wordPatterns: readonly (readonly [WordKind, RegExp])[] = [
  ["connector", new RegExp(`[-_${whiteSpace}]+`, "uy")],
  ["punctuation", /(?![-_])\p{P}+/uy],
  ["upper", /\p{Lu}+(?=\p{Lu}(?!\p{Lu})\p{L})|\p{Lu}(?:(?!\p{Lu})\p{L})+|\p{Lu}+/uy],
  ["letters", /(?:(?!\p{Lu})\p{L})+/uy],
  ["number", /\p{N}+/uy],
  ["other", new RegExp(`[^\\p{L}\\p{N}\\p{P}${whiteSpace}]+`, "uy")],
];
const none: Word = { kind: "none", text: "" };

/** Cuts at changes of case and kind: "HTTPStatus2xx" → HTTP, Status, 2, xx. */
function words(value: string): Word[] {
  const found: Word[] = [];
  let at = 0;
  while (at < value.length) {
    const word = wordAt(value, at);
    found.push(word);
    at += word.text.length;
  }
  return found;
}

function wordAt(value: string, at: number): Word {
  for (const [kind, pattern] of wordPatterns) {
    pattern.lastIndex = at;
    const text = pattern.exec(value)?.[0];
    if (text !== undefined) return { kind, text };
  }
  return { kind: "other", text: String.fromCodePoint(value.codePointAt(at) ?? 0xfffd) };
}

/** someWords → some_words with any connector. A number stays with the letters after it: "http2xx" → http_2xx. */
export function separateWords(value: string, connector: string): string {
  const all = words(value);
  let out = "";
  let i = 0;
  const write = (word: Word): void => {
    out += lowered(word, connector);
  };
  const at = (index: number): Word => all[index] ?? none;
  const takeNumberTail = (from: number): number => {
    let next = from;
    while (at(next).kind === "letters" || at(next).kind === "number") write(at(next++));
    return next;
  };
  while (i < all.length) {
    const word = at(i);
    write(word);
    i += 1;
    if (word.kind === "number") {
      i = takeNumberTail(i);
      if (needsConnector(at(i))) out += connector;
    } else if (word.kind !== "connector" && word.kind !== "punctuation") {
      if (at(i).kind !== "number") {
        if (needsConnector(at(i))) out += connector;
      } else if (i + 1 < all.length) {
        if (at(i + 1).kind === "letters") {
          out += connector;
          write(at(i));
          i = takeNumberTail(i + 1);
        } else {
          write(at(i));
          i += 1;
        }
        if (needsConnector(at(i))) out += connector;
      }
    }
  }
  return out;
}

function needsConnector({ kind }: Word): boolean {
  return kind !== "none" && kind !== "connector" && kind !== "punctuation";
}

function lowered({ kind, text }: Word, connector: string): string {
  if (kind === "connector") return connector.repeat(runesOf(text).length);
  return kind === "upper" ? runesOf(text).map(lowerRune).join("") : text;
}
