import { useEffect, useRef } from "preact/hooks";

import { rankOf } from "../../readApi/summaryPage.js";
import { summaryOf } from "../../../routing/explain/explanation.js";
import { CausesList } from "./causesList.js";
import type { Client } from "./client.js";
import { ConnectionNote } from "./connectionNote.js";
import { HappeningsList } from "./happeningsList.js";
import type { View } from "./html.js";
import { html } from "./html.js";
import { useKeys } from "./keys.js";
import { Lane } from "./lane.js";
import { listPlace } from "./place.js";
import { RouteCard } from "./routeCard.js";
import { StateBadge } from "./stateBadge.js";
import { TokenForm } from "./tokenForm.js";
import type { DetailAnswer } from "./types.js";
import { useDetail } from "./useDetail.js";
import { useNow } from "./useNow.js";
import { WeightChart } from "./weightChart.js";

/** What the view of one routemap is given. */
export interface DetailViewProps {
  readonly client: Client;
  readonly namespace: string;
  readonly name: string;
  /** Told the uid, so that the list finds it again. */
  readonly onShow: (uid: string) => void;
}

/** One routemap: what holds it up, where its traffic goes, and why. */
export function DetailView({ client, namespace, name, onShow }: DetailViewProps): View {
  const { detail, absent, connection } = useDetail(client, namespace, name);
  const title = useRef<HTMLHeadingElement>(null);
  const back = (): void => {
    window.location.hash = listPlace("");
  };
  useKeys({ Escape: back });
  const uid = detail?.explanation.uid;
  useEffect(() => title.current?.focus(), []);
  useEffect(() => {
    if (uid !== undefined) onShow(uid);
  }, [uid]);
  useEffect(() => {
    document.title = `${namespace}/${name} – Pointsman`;
    return () => {
      document.title = "Pointsman";
    };
  }, [namespace, name]);
  if (connection.state === "barred")
    return html`<${TokenForm} client=${client} namespace=${namespace} failure=${connection.failure} />`;
  return html`<main class="detail">
    <${ConnectionNote} connection=${connection} />
    <nav><a href=${listPlace("")}>← Routemaps</a> <a href=${listPlace(namespace)}>${namespace}</a></nav>
    <div class="title">
      <h1 ref=${title} tabindex="-1"><span class="namespace">${namespace}/</span>${name}</h1>
      ${detail !== undefined && html`<${StateBadge} rank=${rankOf(summaryOf(detail.explanation))} />`}
      ${detail !== undefined && html`<${Brakes} detail=${detail} />`}
    </div>
    ${absent && html`<p class="empty" role="status">There is no such routemap${detail === undefined ? "" : " any more"}.</p>`}
    ${detail !== undefined && html`<${Whole} detail=${detail} />`}
    ${detail === undefined && !absent && html`<p class="empty" role="status">Looking…</p>`}
  </main>`;
}

/** The brakes that are on, and the breaker where it has something to tell. */
function Brakes({ detail }: { readonly detail: DetailAnswer }): View {
  const { brakes, breaker, rule } = detail.explanation;
  return html`<p class="brakes">
    <span class="chip" title="The rule that gave the weights">by <b>${rule}</b></span>
    ${brakes.paused && html`<span class="chip warn">paused</span>`}
    ${brakes.forcePrimary && html`<span class="chip warn">forced to the primary</span>`}
    ${brakes.adopt && html`<span class="chip">adopts routes</span>`}
    ${
      (breaker.fights > 0 || breaker.open) &&
      html`<span class=${`chip ${breaker.open ? "bad" : ""}`} title="How often others changed what is ours of late">
        ${breaker.open ? "breaker open" : "others’ changes"} <b>${breaker.fights}/${breaker.limit}</b>
      </span>`
    }
  </p>`;
}

function Whole({ detail }: { readonly detail: DetailAnswer }): View {
  const { explanation, history, happenings } = detail;
  const now = useNow(explanation.at);
  const { versions, routes, causes, conditions } = explanation;
  return html`<div class="whole">
    <section class="card" aria-labelledby="why">
      <h2 id="why">Why</h2>
      <${CausesList} causes=${causes} now=${now} />
    </section>
    <section class="lanes" aria-labelledby="versions">
      <h2 id="versions">Versions</h2>
      ${versions.map((version) => html`<${Lane} key=${version.name} version=${version} now=${now} />`)}
    </section>
    <section class="card" aria-labelledby="time">
      <h2 id="time">Weights over time</h2>
      <${WeightChart} history=${history} now=${now} />
    </section>
    <section class="routes" aria-labelledby="routes">
      <h2 id="routes">Routes</h2>
      ${routes.map((route) => html`<${RouteCard} key=${`${route.groupResource}/${route.name}`} route=${route} now=${now} />`)}
      ${routes.length === 0 && html`<p class="empty">No route is rendered or stored.</p>`}
    </section>
    <section class="card" aria-labelledby="events">
      <h2 id="events">What happened</h2>
      <${HappeningsList} happenings=${happenings} conditions=${conditions} now=${now} />
    </section>
  </div>`;
}
