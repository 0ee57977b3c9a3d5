import { useMemo } from "preact/hooks";

import type { JsonObject } from "../../../base/json.js";
import type { View } from "./html.js";
import { html } from "./html.js";
import { differences, diffRoute } from "./routeDiff.js";

/** What is compared. */
export interface DiffViewProps {
  readonly desired?: JsonObject;
  readonly stored?: JsonObject;
}

const signs = { same: " ", wanted: "+", stored: "−", extra: " " } as const;

/** The route as it should be stored beside what is stored; open where they differ. */
export function DiffView({ desired, stored }: DiffViewProps): View | false {
  const lines = useMemo(() => diffRoute(desired, stored), [desired, stored]);
  if (lines.length === 0) return false;
  const count = desired === undefined || stored === undefined ? 0 : differences(lines);
  const word =
    stored === undefined ? "to be created" : desired === undefined ? "stored only" : "rendered and stored are the same";
  const told = count === 0 ? word : `${count} ${count === 1 ? "line differs" : "lines differ"} from what is stored`;
  const title = `Rendered route: ${told}`;
  return html`<details open=${count > 0}>
    <summary>${title}</summary>
    <pre class="diff" tabindex="0"><code>${lines.map(
      ({ mark, depth, text }, index) =>
        html`<span key=${index} class=${mark}>${signs[mark]} ${"  ".repeat(depth)}${text}${"\n"}</span>`,
    )}</code></pre>
    <p class="about">Faint lines are stored and nobody renders them: defaults, or another writer’s.</p>
  </details>`;
}
