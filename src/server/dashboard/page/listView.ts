import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import type { Client } from "./client.js";
import { ConnectionNote } from "./connectionNote.js";
import { CountsBar } from "./countsBar.js";
import type { View } from "./html.js";
import { html } from "./html.js";
import { useKeys } from "./keys.js";
import { routemapPlace } from "./place.js";
import { Row } from "./row.js";
import type { RowWindow } from "./rowWindow.js";
import { rowWindow } from "./rowWindow.js";
import { TokenForm } from "./tokenForm.js";
import type { ListState } from "./useList.js";
import { useList } from "./useList.js";

/** What the list is given; search and selection outlive a look at one routemap. */
export interface ListViewProps {
  readonly client: Client;
  readonly namespace: string;
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly selected: string;
  readonly onSelect: (uid: string) => void;
}

/** All routemaps, what has trouble first. Only the rows in view are drawn. */
export function ListView({ client, namespace, search, onSearch, selected, onSelect }: ListViewProps): View {
  const list = useList(client, namespace, search);
  const scroller = useRef<HTMLDivElement>(null);
  const { rowHeight, view } = useScroll(scroller);
  const { items } = list;
  const at = items.findIndex(({ uid }) => uid === selected);
  const shown = rowWindow(view.top, view.height, rowHeight, items.length);
  useEffect(() => {
    if (shown.end > items.length - 30) list.more();
  }, [shown.end, items.length, list.counts]);
  useEffect(() => {
    if (at >= 0) reveal(scroller.current, at * rowHeight, rowHeight);
  }, [list.known, rowHeight]);
  const go = (step: number): void => {
    const next = items[Math.max(0, Math.min(items.length - 1, at < 0 ? 0 : at + step))];
    if (next === undefined) return;
    onSelect(next.uid);
    reveal(scroller.current, items.indexOf(next) * rowHeight, rowHeight);
  };
  useKeys({
    j: () => go(1),
    k: () => go(-1),
    Enter: () => {
      const summary = items[at];
      if (summary !== undefined) window.location.hash = routemapPlace(summary);
    },
  });
  if (list.connection.state === "barred" || list.failure?.status === 401 || list.failure?.status === 403)
    return html`<${TokenForm} client=${client} namespace=${namespace} failure=${list.failure} />`;
  return html`<main class="list">
    <${ConnectionNote} connection=${list.connection} />
    <${CountsBar} list=${list} namespace=${namespace} search=${search} onSearch=${onSearch} />
    <div class="scroller" ref=${scroller} tabindex="-1">
      <${Rows} list=${list} shown=${shown} rowHeight=${rowHeight} selected=${selected} />
      ${items.length === 0 && html`<${Nothing} known=${list.known && list.pending === 0} search=${search} />`}
    </div>
  </main>`;
}

interface RowsProps {
  readonly list: ListState;
  readonly shown: RowWindow;
  readonly rowHeight: number;
  readonly selected: string;
}

function Rows({ list: { items, matched }, shown: { first, end }, rowHeight, selected }: RowsProps): View {
  return html`<ul class="rows" aria-label="Routemaps" style=${{ height: `${items.length * rowHeight}px` }}>
    ${items.slice(first, end).map((summary, offset) => {
      const index = first + offset;
      const place = { position: index + 1, total: matched, top: index * rowHeight };
      return html`<${Row} key=${summary.uid} summary=${summary} ...${place} selected=${summary.uid === selected} />`;
    })}
  </ul>`;
}

function Nothing({ known, search }: { readonly known: boolean; readonly search: string }): View {
  if (!known) return html`<p class="empty" role="status">Looking at the routemaps…</p>`;
  if (search !== "") return html`<p class="empty">No routemap matches “${search}”.</p>`;
  return html`<p class="empty">
    There is no routemap here yet. A ConfigMap with the label <code>iter8.tools/kind: routemap</code> is one.
  </p>`;
}

interface Scroll {
  readonly rowHeight: number;
  readonly view: { readonly top: number; readonly height: number };
}

/** Where the list is scrolled to, and how high its rows are by the style sheet. */
function useScroll(scroller: { readonly current: HTMLDivElement | null }): Scroll {
  const [view, setView] = useState({ top: 0, height: 800 });
  const [rowHeight, setRowHeight] = useState(64);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const measure = (): void => {
      setView({ top: element.scrollTop, height: element.clientHeight });
      setRowHeight(Number.parseFloat(getComputedStyle(element).getPropertyValue("--row-height")) || 64);
    };
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    measure();
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, [scroller.current]);
  return { rowHeight, view };
}

function reveal(element: HTMLElement | null, top: number, height: number): void {
  if (element === null) return;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top + height > element.scrollTop + element.clientHeight)
    element.scrollTop = top + height - element.clientHeight;
}
