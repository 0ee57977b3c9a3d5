import { useMemo, useState } from "preact/hooks";

import { Client } from "./client.js";
import { DetailView } from "./detailView.js";
import { HelpDialog } from "./helpDialog.js";
import type { View } from "./html.js";
import { html } from "./html.js";
import { useKeys } from "./keys.js";
import { ListView } from "./listView.js";
import { usePlace } from "./usePlace.js";
import { useTheme } from "./theme.js";
import { TokenStore } from "./tokenStore.js";

const themeSigns = { auto: "◐", light: "☀", dark: "☾" } as const;

/** The whole page. */
export function App(): View {
  const client = useMemo(() => new Client(new TokenStore()), []);
  const place = usePlace();
  const [theme, changeTheme] = useTheme();
  const [helping, setHelping] = useState(false);
  const [search, setSearch] = useState("");
  const [selected, setSelected] = useState("");
  useKeys({ "?": () => setHelping(true), t: changeTheme });
  const { routemap } = place;
  return html`<div class="page">
    <header class="top">
      <a class="brand" href="#/"><img src="icon.svg" alt="" width="26" height="26" /><span>Pointsman</span></a>
      <span class="grow" />
      <button class="plain" onClick=${changeTheme} aria-label=${`Theme: ${theme}`} title=${`Theme: ${theme} (t)`}>
        <span aria-hidden="true">${themeSigns[theme]}</span>
      </button>
      <button class="plain" onClick=${() => setHelping(true)} aria-label="Keys" title="Keys (?)">?</button>
    </header>
    ${
      routemap === undefined
        ? html`<${ListView}
            key=${place.namespace}
            client=${client}
            namespace=${place.namespace}
            search=${search}
            onSearch=${setSearch}
            selected=${selected}
            onSelect=${setSelected}
          />`
        : html`<${DetailView}
            key=${`${routemap.namespace}/${routemap.name}`}
            client=${client}
            ...${routemap}
            onShow=${setSelected}
          />`
    }
    ${helping && html`<${HelpDialog} onClose=${() => setHelping(false)} />`}
  </div>`;
}
