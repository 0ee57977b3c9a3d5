import { useState } from "preact/hooks";

import type { Client } from "./client.js";
import type { View } from "./html.js";
import { html } from "./html.js";
import { listPlace } from "./place.js";
import type { Failure } from "./types.js";

/** What the form is given. */
export interface TokenFormProps {
  readonly client: Client;
  readonly namespace: string;
  readonly failure?: Failure;
}

/** Asks for a token. It is kept in memory only, and sent to nobody but the controller that served this page. */
export function TokenForm({ client, namespace, failure }: TokenFormProps): View {
  const [token, setToken] = useState("");
  const [where, setWhere] = useState(namespace);
  const wasTried = client.tokens.token !== "";
  const submit = (event: Event): void => {
    event.preventDefault();
    window.location.hash = listPlace(where.trim());
    client.tokens.set(token === "" ? client.tokens.token : token);
  };
  return html`<main class="gate">
    <form class="card" onSubmit=${submit}>
      <h1>Who is looking?</h1>
      <p>
        You see the routemaps that you may read. A token for an hour:
        <code>kubectl create token SERVICEACCOUNT -n NAMESPACE</code>
      </p>
      ${wasTried && failure !== undefined && html`<${Refusal} failure=${failure} />`}
      <label
        >Token
        <input
          type="password"
          name="token"
          autocomplete="off"
          spellcheck=${false}
          required=${!wasTried}
          value=${token}
          onInput=${(event: Event) => setToken(textOf(event))}
        />
      </label>
      <label
        >Namespace <small>empty for all, if you may read them all</small>
        <input
          name="namespace"
          autocomplete="off"
          spellcheck=${false}
          value=${where}
          onInput=${(event: Event) => setWhere(textOf(event))}
        />
      </label>
      <button type="submit">Look</button>
      <p class="note">The token stays in this page's memory and is forgotten when you close or reload it.</p>
    </form>
  </main>`;
}

function Refusal({ failure: { message, fix } }: { readonly failure: Failure }): View {
  return html`<p class="error" role="alert">${message}${fix !== undefined && html`<br /><small>${fix}</small>`}</p>`;
}

function textOf({ target }: Event): string {
  return target instanceof HTMLInputElement ? target.value : "";
}
