import type { RouteExplanation } from "../../../routing/explain/explanation.js";
import { DiffView } from "./diffView.js";
import { reasonText, relativeText } from "./format.js";
import type { View } from "./html.js";
import { html } from "./html.js";

/** What a route is shown with. */
export interface RouteCardProps {
  readonly route: RouteExplanation;
  readonly now: number;
}

const states = {
  current: { word: "as it should be", tone: "good" },
  write: { word: "about to be written", tone: "move" },
  wait: { word: "waits", tone: "move" },
  blocked: { word: "blocked", tone: "bad" },
  left: { word: "not rendered any more", tone: "warn" },
} as const satisfies Record<RouteExplanation["state"], object>;

/** One route: whether it is as it should be, who has taken it, who wrote it, and what differs. */
export function RouteCard({ route, now }: RouteCardProps): View {
  const { word, tone } = states[route.state];
  return html`<article class="card route" aria-label=${`route ${route.name}`}>
    <header>
      <h3>${route.kind}/${route.name}</h3>
      <span class=${`chip ${tone}`}>${word}</span>
      <span class=${`chip ${route.confirmed ? "good" : ""}`}>${confirmationText(route)}</span>
    </header>
    <p class="message"><b>${reasonText(route.reason)}</b> ${route.message}</p>
    ${
      route.corrections.length > 0 &&
      html`<ul class="corrections">
        ${route.corrections.map((correction) => html`<li key=${correction}>corrected: ${correction}</li>`)}
      </ul>`
    }
    <${Parents} route=${route} />
    <${Writers} route=${route} now=${now} />
    <${DiffView} desired=${route.desired} stored=${route.stored} />
  </article>`;
}

function confirmationText({ generation, confirmed, confirmedGeneration }: RouteExplanation): string {
  if (generation === undefined) return "not stored";
  if (confirmed) return `generation ${generation} is in force`;
  return confirmedGeneration === undefined
    ? `generation ${generation}, nobody reports`
    : `generation ${generation}, gateways are at ${confirmedGeneration}`;
}

function Parents({ route }: { readonly route: RouteExplanation }): View {
  if (route.parents.length === 0) return html`<p class="about">No gateway reports on this route.</p>`;
  return html`<div class="wide">
    <table>
      <caption>
        What gateways say
      </caption>
      <thead>
        <tr>
          <th scope="col">Parent</th>
          <th scope="col">Accepted</th>
          <th scope="col">Generation</th>
          <th scope="col">Reason</th>
        </tr>
      </thead>
      <tbody>
        ${route.parents.map(
          (parent) =>
            html`<tr key=${`${parent.parent} ${parent.controller ?? ""}`}>
              <td>${parent.parent}<br /><small>${parent.controller}</small></td>
              <td class=${parent.accepted === "True" ? "good" : parent.accepted === "False" ? "bad" : "warn"}>
                ${parent.accepted}
              </td>
              <td>${parent.observedGeneration ?? "–"}</td>
              <td>${parent.reason} ${parent.message}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function Writers({ route, now }: RouteCardProps): View | false {
  if (route.writers.length === 0) return false;
  return html`<div class="wide">
    <table>
      <caption>
        Who wrote it
      </caption>
      <thead>
        <tr>
          <th scope="col">Manager</th>
          <th scope="col">How</th>
          <th scope="col">Last</th>
        </tr>
      </thead>
      <tbody>
        ${route.writers.map(
          (writer) =>
            html`<tr key=${`${writer.manager} ${writer.operation} ${writer.subresource ?? ""}`}>
              <td>${writer.manager} ${writer.ours && html`<span class="chip">us</span>`}</td>
              <td>${writer.operation}${writer.subresource === undefined ? "" : ` (${writer.subresource})`}</td>
              <td title=${writer.time}>${writer.time === undefined ? "–" : relativeText(writer.time, now)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
