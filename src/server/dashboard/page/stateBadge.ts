import type { Rank } from "../../readApi/summaryPage.js";
import type { View } from "./html.js";
import { html } from "./html.js";

const states = {
  0: { word: "Not ready", sign: "!", tone: "bad" },
  1: { word: "Unknown", sign: "?", tone: "warn" },
  2: { word: "Moving", sign: "→", tone: "move" },
  3: { word: "Ready", sign: "✓", tone: "good" },
} as const satisfies Record<Rank, object>;

/** How a routemap is, as a word, a sign and a colour. */
export function StateBadge({ rank }: { readonly rank: Rank }): View {
  const { word, sign, tone } = states[rank];
  return html`<span class=${`badge ${tone}`}><span class="sign" aria-hidden="true">${sign}</span>${word}</span>`;
}
