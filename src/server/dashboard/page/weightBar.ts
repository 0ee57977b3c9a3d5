import { percentText } from "./format.js";
import type { View } from "./html.js";
import { html } from "./html.js";

/** A version's part of a bar; `share` is in percent. */
export interface Part {
  readonly name: string;
  readonly index: number;
  readonly share: number;
}

/** Number of colours that versions have. */
const colours = 6;

/** Class that gives a version its colour, the same everywhere. */
export function colourOf(index: number): string {
  return `v${index % colours}`;
}

/** Shares of a whole as one bar; it is told as text, too. */
export function WeightBar({ parts, label }: { readonly parts: readonly Part[]; readonly label: string }): View {
  const told = parts.map(({ name, share }) => `${name} ${percentText(share)}`).join(", ");
  return html`<span class="bar" role="img" aria-label=${`${label}: ${told === "" ? "nothing" : told}`}>
    ${parts.map(
      ({ name, index, share }) =>
        html`<i key=${name} class=${colourOf(index)} style=${{ width: `${Math.min(100, Math.max(0, share))}%` }} />`,
    )}
  </span>`;
}
