import type { HoldExplanation, VersionExplanation } from "../../../routing/explain/explanation.js";
import type { Phase } from "../../../routing/status.js";
import { CausesList } from "./causesList.js";
import { percentText, reasonText, relativeText } from "./format.js";
import { GatesTable } from "./gatesTable.js";
import type { View } from "./html.js";
import { html } from "./html.js";
import { colourOf } from "./weightBar.js";

/** What a lane is given. */
export interface LaneProps {
  readonly version: VersionExplanation;
  readonly now: number;
}

const phases = [
  "Idle",
  "Guarded",
  "Active",
  "Returning",
  "Draining",
  "Dropping",
  "Released",
] as const satisfies readonly Phase[];

/** One version on its way in or out: phase, weights, reasons, gates and what holds it. */
export function Lane({ version, now }: LaneProps): View {
  const { name, index, phase, listed, answer, causes, resources, holds, raiseAt } = version;
  return html`<article class=${`card lane ${colourOf(index)}`} aria-label=${`version ${name}`}>
    <header>
      <h3><i class="dot" aria-hidden="true" />${name}</h3>
      ${index === 0 && html`<span class="chip">primary</span>`}
      ${!listed && html`<span class="chip warn">left the spec</span>`}
      <span class=${`chip ${answer === "ready" ? "good" : answer === "unseen" ? "warn" : "bad"}`}
        >${answerText(answer)}</span
      >
      ${raiseAt !== undefined && Date.parse(raiseAt) > now && html`<span class="chip move">may be raised ${relativeText(raiseAt, now)}</span>`}
    </header>
    <${PhaseTrack} phase=${phase} />
    <${Weights} version=${version} />
    <${CausesList} causes=${causes} now=${now} brief=${true} />
    ${holds.length > 0 && html`<${Holds} holds=${holds} now=${now} />`}
    <details>
      <summary>${resources.length} ${resources.length === 1 ? "resource" : "resources"} and their gates</summary>
      <${GatesTable} resources=${resources} now=${now} />
    </details>
  </article>`;
}

function answerText(answer: VersionExplanation["answer"]): string {
  switch (answer) {
    case "ready":
      return "gates open";
    case "notReady":
      return "gates closed";
    case "unseen":
      return "gates unseen";
  }
}

/** The way of a version through its phases. */
function PhaseTrack({ phase }: { readonly phase: Phase }): View {
  return html`<ol class="phases" aria-label=${`phase ${phase}`}>
    ${phases.map(
      (one) =>
        html`<li key=${one} class=${one === phase ? "here" : ""} aria-current=${one === phase ? "step" : undefined}>
          ${one}
        </li>`,
    )}
  </ol>`;
}

/** Weights as they are wanted, stored and in force at the gateways, and where they come from. */
function Weights({ version }: { readonly version: VersionExplanation }): View {
  const { percent, from, asked } = version.weight;
  const rows = [
    ["wanted", percent.wanted],
    ["stored", percent.stored],
    ["confirmed", percent.confirmed],
  ] as const;
  return html`<div class="weights">
    <dl>
      ${rows.map(
        ([word, share]) =>
          html`<div key=${word} class=${word}>
            <dt>${word}</dt>
            <dd
              class="meter"
              role="meter"
              aria-label=${`${word} share`}
              aria-valuemin="0"
              aria-valuemax="100"
              aria-valuenow=${share ?? 0}
              aria-valuetext=${share === undefined ? "not yet" : percentText(share)}
            >
              <i style=${{ width: `${share ?? 0}%` }} />
            </dd>
            <dd class="figure">${share === undefined ? "not yet" : percentText(share)}</dd>
          </div>`,
      )}
    </dl>
    <p class="from">weight <b>${asked}</b> by ${from}</p>
  </div>`;
}

/** What holds the version's objects, and what they wait for before they may go. */
function Holds({ holds, now }: { readonly holds: readonly HoldExplanation[]; readonly now: number }): View {
  return html`<ul class="holds" aria-label="holds">
    ${holds.map(
      (hold) =>
        html`<li key=${hold.resource}>
          <span class=${`chip ${hold.release ? "good" : ""}`}>${hold.release ? "may go" : "held"}</span>
          <code>${hold.resource}</code> <b>${reasonText(hold.stage)}</b>
          <span class="message">${hold.message}</span>
          ${hold.until !== undefined && html` <span class="until">ends ${relativeText(hold.until, now)}</span>`}
          ${hold.deadline !== undefined && html` <span class="until">deadline ${relativeText(hold.deadline, now)}</span>`}
        </li>`,
    )}
  </ul>`;
}
