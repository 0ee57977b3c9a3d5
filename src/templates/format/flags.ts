import type { Budget } from "../budget.js";
import { runesOf } from "../text.js";

/** Flags, width and precision of one verb of a format. */
export interface Flags {
  sharp: boolean;
  zero: boolean;
  plus: boolean;
  minus: boolean;
  space: boolean;
  /** `%#v`: Go syntax. */
  goSyntax: boolean;
  width: number | undefined;
  precision: number | undefined;
}

export function noFlags(): Flags {
  return {
    sharp: false,
    zero: false,
    plus: false,
    minus: false,
    space: false,
    goSyntax: false,
    width: undefined,
    precision: undefined,
  };
}

/** Pads to the width in code points, asking the budget first. Zeros only go to the left. */
export function pad(text: string, flags: Flags, budget: Budget, zero = flags.zero): string {
  const { width } = flags;
  if (width === undefined || width === 0) return text;
  const missing = width - runesOf(text).length;
  if (missing <= 0) return text;
  budget.text(missing + text.length);
  if (flags.minus) return text + " ".repeat(missing);
  return (zero ? "0" : " ").repeat(missing) + text;
}
