import type { Summary } from "../../../routing/explain/explanation.js";
import { rankOf } from "../../readApi/summaryPage.js";
import { percentText, reasonText } from "./format.js";
import type { View } from "./html.js";
import { html } from "./html.js";
import { routemapPlace } from "./place.js";
import { StateBadge } from "./stateBadge.js";
import { colourOf, WeightBar } from "./weightBar.js";

/** One row of the list. `position` counts from 1. */
export interface RowProps {
  readonly summary: Summary;
  readonly position: number;
  readonly total: number;
  readonly top: number;
  readonly selected: boolean;
}

/** A version's name without that of its routemap, which stands beside it. */
function shortName(version: string, routemap: string): string {
  return version.startsWith(`${routemap}-`) ? version.slice(routemap.length + 1) : version;
}

/** The stored share, and where it is to go. */
function shareText({ percent: { stored, wanted } }: Summary["versions"][number]["weight"]): string {
  const told = percentText(stored);
  const next = percentText(wanted);
  return told === next ? told : `${told} → ${next}`;
}

/** A routemap in one line: how it is, who gets how much, and why. */
export function Row({ summary, position, total, top, selected }: RowProps): View {
  const { namespace, name, versions, reason, message } = summary;
  const parts = versions.map((version, index) => ({ name: version.name, index, share: version.weight.percent.stored }));
  return html`<li
    class="row"
    aria-posinset=${position}
    aria-setsize=${total}
    style=${{ transform: `translateY(${top}px)` }}
  >
    <a href=${routemapPlace(summary)} data-uid=${summary.uid} aria-current=${selected ? "true" : undefined}>
      <${StateBadge} rank=${rankOf(summary)} />
      <span class="name"><span class="namespace">${namespace}/</span>${name}</span>
      <span class="flow">
        <${WeightBar} parts=${parts} label="stored weights" />
        <span class="legend">
          ${versions.map(
            (version, index) =>
              html`<span key=${version.name} title=${`${version.name}: ${version.message}`}
                ><i class=${`dot ${colourOf(index)}`} /><span>${shortName(version.name, name)}</span>
                <b>${shareText(version.weight)}</b></span
              >`,
          )}
        </span>
      </span>
      <span class="why" title=${message}><b>${reasonText(reason)}</b> ${message}</span>
    </a>
  </li>`;
}
