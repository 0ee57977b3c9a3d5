/** A condition on a text. A regular expression must take the whole text, as Envoy and Istio ask. */
export type TextMatch =
  | { readonly type: "exact" | "prefix"; readonly text: string; readonly ignoreCase?: boolean }
  | { readonly type: "regex"; readonly pattern: RegExp | undefined }
  | { readonly type: "present" };

/** Whether the text is there and as wanted. */
export function fitsText(match: TextMatch, text: string | undefined): boolean {
  if (text === undefined) return false;
  switch (match.type) {
    case "present":
      return true;
    case "regex":
      return match.pattern?.test(text) ?? false;
    case "exact":
      return match.ignoreCase === true ? text.toLowerCase() === match.text.toLowerCase() : text === match.text;
    case "prefix":
      return match.ignoreCase === true
        ? text.toLowerCase().startsWith(match.text.toLowerCase())
        : text.startsWith(match.text);
  }
}

/**
 * A condition by a regular expression of RE2's syntax, as far as JavaScript has the same; flags may stand at the
 * beginning, as in `(?i)abc`. One that cannot be read takes nothing.
 */
export function regexMatch(source: string): TextMatch {
  return { type: "regex", pattern: compiled(source, (body) => `^(?:${body})$`) };
}

/** A regular expression that is looked for anywhere, all its occurrences; undefined where it cannot be read. */
export function searchPattern(source: string): RegExp | undefined {
  return compiled(source, (body) => body, "g");
}

function compiled(source: string, wrap: (body: string) => string, more = ""): RegExp | undefined {
  const [whole = "", flags = ""] = /^\(\?([ims]+)\)/.exec(source) ?? [];
  const body = source.slice(whole.length).replaceAll("(?P<", "(?<");
  try {
    return new RegExp(wrap(body), [...new Set(flags + more)].join(""));
  } catch {
    return undefined;
  }
}
