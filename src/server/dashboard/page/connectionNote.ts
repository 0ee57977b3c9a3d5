import type { View } from "./html.js";
import { html } from "./html.js";
import type { Connection } from "./useStream.js";

/** Says when what is shown may be old; says nothing while it is live. */
export function ConnectionNote({ connection }: { readonly connection: Connection }): View {
  switch (connection.state) {
    case "live":
      return html`<p class="connection live" role="status"><i aria-hidden="true" /><span>Live</span></p>`;
    case "connecting":
      return html`<p class="connection" role="status"><i aria-hidden="true" /><span>Connecting…</span></p>`;
    case "lost":
    case "barred":
      return html`<p class="connection lost" role="status">
        <i aria-hidden="true" /><span>Not live: ${connection.failure.message}. Trying again…</span>
      </p>`;
  }
}
