import type { Cause, Evidence } from "../../../routing/explain/explanation.js";
import { reasonText, relativeText } from "./format.js";
import type { View } from "./html.js";
import { html } from "./html.js";

/** What the list is given; `now` is on the API server's clock. */
export interface CausesListProps {
  readonly causes: readonly Cause[];
  readonly now: number;
  /** Only what it is and until when: the whole is shown elsewhere. */
  readonly brief?: boolean;
}

const tones = { error: "bad", waiting: "move", info: "good" } as const;
const signs = { error: "!", waiting: "…", info: "✓" } as const;
const words = { error: "Trouble", waiting: "Waiting", info: "All right" } as const;

/** The chain of reasons, most decisive first, each with what was read, until when, and what to do. */
export function CausesList({ causes, now, brief = false }: CausesListProps): View {
  return html`<ol class="causes">
    ${causes.map(
      (cause, index) =>
        html`<li key=${`${index} ${cause.reason}`} class=${tones[cause.severity]}>
          <span class="sign" role="img" aria-label=${words[cause.severity]}>${signs[cause.severity]}</span>
          <div>
            <p>
              <b title=${cause.reason}>${reasonText(cause.reason)}</b>
              ${!brief && html` <span class="about">${aboutText(cause)}</span>`}
              ${cause.until !== undefined && html` <span class="until">ends ${relativeText(cause.until, now)}</span>`}
            </p>
            <p class="message">${cause.message}</p>
            ${!brief && cause.evidence !== undefined && html`<${EvidenceLine} evidence=${cause.evidence} now=${now} />`}
            ${!brief && cause.fix !== undefined && html`<p class="fix"><b>Do:</b> ${cause.fix}</p>`}
          </div>
        </li>`,
    )}
  </ol>`;
}

function EvidenceLine({ evidence, now }: { readonly evidence: Evidence; readonly now: number }): View {
  const { object, field, value, since } = evidence;
  return html`<p class="evidence">
    <code>${object}</code>
    ${field !== undefined && html` <code>${field}</code>`}
    ${value !== undefined && html` = <code class="value">${value}</code>`}
    ${since !== undefined && html` <span title=${since}>${sinceText(since, now)}</span>`}
  </p>`;
}

function sinceText(since: string, now: number): string {
  const told = relativeText(since, now);
  return told.endsWith(" ago") ? `for ${told.slice(0, -" ago".length)}` : told;
}

function aboutText({ about }: Cause): string {
  switch (about.type) {
    case "routemap":
      return "";
    case "version":
      return `version ${about.name}`;
    case "route":
      return `${about.kind}/${about.name}`;
  }
}
