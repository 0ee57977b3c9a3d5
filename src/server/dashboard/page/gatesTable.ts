import type { GateExplanation, ResourceExplanation } from "../../../routing/explain/explanation.js";
import { reasonText, relativeText } from "./format.js";
import type { View } from "./html.js";
import { html } from "./html.js";

/** What the table is given. */
export interface GatesTableProps {
  readonly resources: readonly ResourceExplanation[];
  readonly now: number;
}

const signs = { ready: "✓", notReady: "✕", unseen: "?" } as const;
const tones = { ready: "good", notReady: "bad", unseen: "warn" } as const;
const words = { ready: "open", notReady: "closed", unseen: "cannot tell" } as const;

/** Every resource of a version with every gate that was asked about it. */
export function GatesTable({ resources, now }: GatesTableProps): View {
  return html`<div class="gates">
    ${resources.map(
      (resource) =>
        html`<div key=${`${resource.kind} ${resource.name}`} class="resource">
          <p>
            <code>${resource.kind} ${resource.namespace}/${resource.name}</code>
            ${resource.state !== "exists" && html` <span class="chip warn">${stateText(resource.state)}</span>`}
            ${resource.deleting && html` <span class="chip bad">being deleted</span>`}
            ${resource.held && html` <span class="chip" title="It carries our finalizer">held</span>`}
          </p>
          <ul>
            ${resource.gates.map((gate) => html`<${Gate} key=${gate.gate} gate=${gate} now=${now} />`)}
          </ul>
        </div>`,
    )}
  </div>`;
}

function Gate({ gate, now }: { readonly gate: GateExplanation; readonly now: number }): View {
  return html`<li class=${tones[gate.answer]}>
    <span class="sign" role="img" aria-label=${words[gate.answer]}>${signs[gate.answer]}</span>
    <span
      ><b>${gate.gate}</b> ${reasonText(gate.reason)}: ${gate.message}
      ${gate.field !== undefined && html` <code>${gate.field}${gate.value === undefined ? "" : ` = ${gate.value}`}</code>`}
      ${gate.since !== undefined && html` <span class="about" title=${gate.since}>${relativeText(gate.since, now)}</span>`}</span
    >
  </li>`;
}

function stateText(state: Exclude<ResourceExplanation["state"], "exists">): string {
  switch (state) {
    case "absent":
      return "not there";
    case "unseen":
      return "cannot be seen";
    case "kindAbsent":
      return "the cluster has no such kind";
  }
}
