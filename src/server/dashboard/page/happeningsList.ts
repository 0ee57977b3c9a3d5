import type { Happening } from "../../../routing/controller/happenings.js";
import type { Condition } from "../../../routing/status.js";
import { fieldsText, reasonText, relativeText } from "./format.js";
import type { View } from "./html.js";
import { html } from "./html.js";

/** What the list is given. */
export interface HappeningsListProps {
  readonly happenings: readonly Happening[];
  readonly conditions: readonly Condition[];
  readonly now: number;
}

/** What is true of the routemap besides Ready, and what this process did and saw, newest first. */
export function HappeningsList({ happenings, conditions, now }: HappeningsListProps): View {
  return html`<div>
    ${
      conditions.length > 0 &&
      html`<ul class="conditions" aria-label="conditions">
        ${conditions.map(
          (condition) =>
            html`<li key=${condition.type}>
              <span class="chip warn">${reasonText(condition.type)}</span> ${condition.message}
              ${condition.lastTransitionTime !== undefined && html` <span class="about">${relativeText(condition.lastTransitionTime, now)}</span>`}
            </li>`,
        )}
      </ul>`
    }
    ${happenings.length === 0 && html`<p class="about">Nothing since this controller leads.</p>`}
    <ol class="happenings">
      ${happenings.map(
        (one, index) =>
          html`<li key=${`${one.at} ${happenings.length - index}`} class=${one.level === "warn" ? "warn" : ""}>
            <time datetime=${new Date(one.at).toISOString()} title=${new Date(one.at).toISOString()}
              >${relativeText(one.at, now)}</time
            >
            <span><b>${reasonText(one.reason)}</b> ${fieldsText(one.fields)}</span>
          </li>`,
      )}
    </ol>
  </div>`;
}
