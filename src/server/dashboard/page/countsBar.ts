import { useEffect, useRef, useState } from "preact/hooks";

import type { View } from "./html.js";
import { html } from "./html.js";
import { useKeys } from "./keys.js";
import { listPlace } from "./place.js";
import type { ListState } from "./useList.js";

/** What the bar above the list is given. */
export interface CountsBarProps {
  readonly list: ListState;
  readonly namespace: string;
  readonly search: string;
  readonly onSearch: (search: string) => void;
}

/** Pause after a key before the search goes out, milliseconds. */
const pause = 150;

/** How many routemaps are how, and the search. */
export function CountsBar({ list, namespace, search, onSearch }: CountsBarProps): View {
  const { counts, matched, pending } = list;
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(search);
  useEffect(() => {
    if (typed === search) return undefined;
    const timer = window.setTimeout(() => onSearch(typed), pause);
    return () => window.clearTimeout(timer);
  }, [typed]);
  useKeys({ "/": () => input.current?.focus() });
  const total = counts.trouble + counts.unknown + counts.moving + counts.ready;
  return html`<div class="tools">
    <h1>Routemaps</h1>
    ${
      namespace !== "" &&
      html`<a class="chip" href=${listPlace("")} title="Show all namespaces">namespace <b>${namespace}</b> ✕</a>`
    }
    <p class="counts" role="status" aria-live="polite">
      <span class="count bad"><b>${counts.trouble}</b> not ready</span>
      <span class="count warn"><b>${counts.unknown}</b> unknown</span>
      <span class="count move"><b>${counts.moving}</b> moving</span>
      <span class="count good"><b>${counts.ready}</b> ready</span>
      ${pending > 0 && html`<span class="count">reading ${pending} more…</span>`}
      ${search !== "" && html`<span class="count"><b>${matched}</b> of ${total} match</span>`}
    </p>
    <label class="search">
      <span class="hidden">Search</span>
      <input
        ref=${input}
        type="search"
        placeholder="Search name, version, reason"
        value=${typed}
        onInput=${(event: InputEvent) => setTyped(textOf(event))}
        onKeyDown=${(event: KeyboardEvent) => event.key === "Escape" && input.current?.blur()}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  </div>`;
}

function textOf({ target }: Event): string {
  return target instanceof HTMLInputElement ? target.value : "";
}
