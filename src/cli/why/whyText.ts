import type {
  Cause,
  Explanation,
  GateExplanation,
  HoldExplanation,
  RouteExplanation,
  Subject,
  VersionExplanation,
  WriterExplanation,
} from "../../routing/explain/explanation.js";
import { describeFields } from "../../routing/explain/tellingFields.js";
import { describeRef } from "../../routing/routemap.js";
import type { Look, TableCell } from "../table.js";
import { cut, table } from "../table.js";

/** An explanation for people: the causes first, then everything that they were found in. `version`: only that one. */
export function whyText(explanation: Explanation, version: string | undefined, look: Look): string {
  const asked = explanation.versions.filter(({ name }) => version === undefined || name === version);
  const [one] = version === undefined ? [] : asked;
  const parts = [
    headline(explanation, one),
    causeLines(one?.causes ?? explanation.causes, look),
    section("Versions", versionLines(asked, look)),
    ...asked.map((each) => section(`Gates of ${each.name}`, gateLines(each, look))),
    ...asked.map((each) => section(`Writers of ${each.name}`, writerLines(each, look))),
    section("Holds", holdLines(asked, look)),
    ...explanation.routes.map((route) => section(routeTitle(route), routeLines(route, look))),
    section("Breaker", breakerLines(explanation)),
  ];
  const lines = parts.filter((part) => part.length > 0).map((part) => part.map((line) => cut(line, look)).join("\n"));
  return `${lines.join("\n\n")}\n`;
}

function headline({ namespace, name, ready, at }: Explanation, one: VersionExplanation | undefined): readonly string[] {
  const state = `${namespace}/${name}: Ready is ${ready.status} (${ready.reason}), as of ${at}`;
  if (one === undefined) return [state];
  const { wanted, stored, confirmed } = one.weight.percent;
  const known = confirmed === undefined ? "not confirmed" : `confirmed ${confirmed} %`;
  return [state, `version ${one.name}: ${one.phase}, wanted ${wanted} %, stored ${stored} %, ${known}`];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

const styles = { error: "red", waiting: "yellow", info: "green" } as const;

function causeLines(causes: readonly Cause[], look: Look): readonly string[] {
  return [
    "Why:",
    ...causes.flatMap(({ severity, reason, message, about, evidence, until, fix }, index) => {
      const since = evidence?.since === undefined ? "" : `, since ${evidence.since}`;
      const field = evidence?.field === undefined ? "" : ` ${evidence.field}`;
      const value = evidence?.value === undefined ? "" : ` = ${evidence.value}`;
      return [
        `  ${index + 1}. ${look.paint(styles[severity], severity)} ${look.paint("bold", reason)}${subject(about)}: ${message}`,
        ...(evidence === undefined ? [] : [`     read: ${evidence.object}${field}${value}${since}`]),
        ...(until === undefined ? [] : [`     until: ${until}`]),
        ...(fix === undefined ? [] : [`     do: ${fix}`]),
      ];
    }),
  ];
}

function subject(about: Subject): string {
  switch (about.type) {
    case "routemap":
      return "";
    case "version":
      return ` (version ${about.name})`;
    case "route":
      return ` (${about.kind} ${about.name})`;
  }
}

function versionLines(versions: readonly VersionExplanation[], look: Look): readonly string[] {
  const columns = [
    { heading: "VERSION" },
    { heading: "PHASE" },
    { heading: "ANSWER" },
    { heading: "WANTED", align: "right" as const },
    { heading: "STORED", align: "right" as const },
    { heading: "CONFIRMED", align: "right" as const },
    { heading: "WEIGHT" },
  ];
  const rows = versions.map(({ name, phase, answer, weight }): TableCell[] => [
    name,
    phase,
    { text: answer, style: answer === "ready" ? "green" : answer === "notReady" ? "red" : "yellow" },
    `${weight.percent.wanted} %`,
    `${weight.percent.stored} %`,
    weight.percent.confirmed === undefined ? "?" : `${weight.percent.confirmed} %`,
    `${weight.asked} by ${weight.from}`,
  ]);
  return table(columns, rows, { ...look, indent: 2 });
}

/** The gates that are not ready; where all are, one line says so. */
function gateLines({ resources }: VersionExplanation, look: Look): readonly string[] {
  const asked = resources.flatMap((resource) =>
    resource.gates.map((gate) => ({ gate, object: describeRef(resource) })),
  );
  const shut = asked.filter(({ gate }) => gate.answer !== "ready");
  if (shut.length === 0)
    return asked.length === 0 ? [] : [`  all ${asked.length} are open, of ${resources.length} resources`];
  const columns = [
    { heading: "RESOURCE" },
    { heading: "GATE" },
    { heading: "REASON" },
    { heading: "READ" },
    { heading: "SINCE" },
  ];
  const rows = shut.map(({ gate, object }): TableCell[] => [
    object,
    gate.gate,
    gate.reason,
    read(gate),
    gate.since ?? "",
  ]);
  const open = asked.length - shut.length;
  return [...table(columns, rows, { ...look, indent: 2 }), ...(open === 0 ? [] : [`  ${open} more are open`])];
}

function read({ field, value, message }: GateExplanation): string {
  if (field === undefined) return message;
  return value === undefined ? field : `${field} = ${value}`;
}

function holdLines(versions: readonly VersionExplanation[], look: Look): readonly string[] {
  const rows = versions.flatMap(({ name, holds }) =>
    holds.map((hold): TableCell[] => [hold.resource, name, hold.stage, describeHold(hold)]),
  );
  const columns = [{ heading: "HELD" }, { heading: "VERSION" }, { heading: "STAGE" }, { heading: "WAITS FOR" }];
  return rows.length === 0 ? [] : table(columns, rows, { ...look, indent: 2 });
}

function describeHold({ message, until, deadline }: HoldExplanation): string {
  const ends = until === undefined ? "" : `, until ${until}`;
  const last = deadline === undefined ? "" : `, at the latest ${deadline}`;
  return `${message}${ends}${last}`;
}

function routeTitle({
  kind,
  name,
  state,
  reason,
  generation,
  confirmed,
  confirmedGeneration,
}: RouteExplanation): string {
  const live = generation === undefined ? "not stored" : `generation ${generation}`;
  const accepted = confirmed ? ", accepted" : `, accepted up to ${confirmedGeneration ?? "none"}`;
  return `Route ${kind} ${name}: ${state} (${reason}), ${live}${generation === undefined ? "" : accepted}`;
}

function routeLines(route: RouteExplanation, look: Look): readonly string[] {
  const parents = route.parents.map(({ parent, accepted, observedGeneration, controller, message }) => {
    const by = controller === undefined ? "" : ` by ${controller}`;
    const at = observedGeneration === undefined ? "" : ` at generation ${observedGeneration}`;
    return `  ${parent}: Accepted is ${accepted}${at}${by}${message === undefined ? "" : `: ${message}`}`;
  });
  const isKnown = route.writers.some(({ fields }) => fields !== undefined);
  const columns = writerColumns.filter(({ heading }) => isKnown || heading !== "FIELDS");
  return [
    ...(route.state === "current" ? [] : [`  ${route.message}`]),
    ...parents,
    ...route.corrections.map((correction) => `  corrected: ${correction}`),
    ...(route.writers.length === 0 ? [] : table(columns, route.writers.map(writerCells), { ...look, indent: 2 })),
  ];
}

const writerColumns = ["WRITER", "OPERATION", "OF", "LAST WRITE", "FIELDS"].map((heading) => ({ heading }));

/** Who wrote what decides about the resources of a version. */
function writerLines({ resources }: VersionExplanation, look: Look): readonly string[] {
  const rows = resources.flatMap((resource) =>
    (resource.writers ?? []).map((writer): TableCell[] => [describeRef(resource), ...writerCells(writer)]),
  );
  return rows.length === 0 ? [] : table([{ heading: "RESOURCE" }, ...writerColumns], rows, { ...look, indent: 2 });
}

function writerCells({ manager, operation, subresource, time, ours, fields }: WriterExplanation): readonly TableCell[] {
  return [
    { text: manager, style: ours || subresource === "status" ? "dim" : "yellow" },
    operation,
    subresource ?? "object",
    time ?? "",
    fields === undefined ? "" : describeFields(fields),
  ];
}

function breakerLines({ breaker }: Explanation): readonly string[] {
  if (breaker.fights === 0) return [];
  const state = breaker.open ? `open until ${breaker.until ?? "it is adopted"}` : "closed";
  return [`  ${state}: others changed the routes ${breaker.fights} times in ten minutes, of ${breaker.limit}`];
}
