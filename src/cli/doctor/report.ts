import type { JsonObject } from "../../base/json.js";
import type { Style } from "../../base/paint.js";
import { plain } from "../../base/paint.js";
import type { CheckName, Finding, Severity } from "../../routing/doctor/finding.js";
import { checks, countOf } from "../../routing/doctor/finding.js";
import type { Look } from "../table.js";
import { table } from "../table.js";
import type { Diagnosis } from "./run.js";

const styles: Readonly<Record<Severity, Style>> = { error: "red", warning: "yellow", info: "blue" };

/**
 * The diagnosis as text: by check, each finding with its fix below it. Nothing is cut, also on a terminal: a fix is to
 * be copied.
 */
export function doctorText(diagnosis: Diagnosis, { paint }: Look): string {
  const { findings } = diagnosis;
  const names = checkNames();
  const troubled = names.filter((name) => findings.some(({ check }) => check === name));
  const well = names.filter((name) => !troubled.includes(name));
  return [
    ...headOf(diagnosis),
    "",
    ...troubled.flatMap((name) => [
      paint("bold", `${name}: ${checks[name]}`),
      ...findings.filter(({ check }) => check === name).flatMap((finding) => linesOf(finding, { paint })),
      "",
    ]),
    ...(well.length === 0 ? [] : [`${paint("green", "nothing found")}: ${well.join(", ")}`]),
    conclusion(findings),
    "",
  ].join("\n");
}

/** The diagnosis for programs. Fields may be added, none changes its meaning. */
export function doctorJson({ server, facts, findings }: Diagnosis): JsonObject {
  const { error, warning, info } = countOf(findings);
  const { account } = facts.rights ?? {};
  return {
    ok: error === 0,
    server,
    namespace: facts.namespace ?? null,
    configuration: facts.origin.object ?? null,
    serviceAccount: account === undefined ? null : `${account.namespace}/${account.name}`,
    routemaps: facts.routemaps.length,
    counts: { error, warning, info },
    findings: findings.map(({ severity, check, object, message, fix }) => ({ severity, check, object, message, fix })),
  };
}

function checkNames(): readonly CheckName[] {
  return Object.keys(checks).flatMap((name) => (isCheck(name) ? [name] : []));
}

function isCheck(name: string): name is CheckName {
  return Object.hasOwn(checks, name);
}

function headOf({ server, facts }: Diagnosis): readonly string[] {
  const { account } = facts.rights ?? {};
  return table(
    [{}, {}],
    [
      ["cluster", server],
      ["namespaces", facts.namespace ?? "all"],
      ["routemaps", facts.routemaps.length],
      ["configuration", facts.origin.object ?? "the defaults"],
      [
        "rights of",
        account === undefined ? "your own credentials" : `ServiceAccount ${account.namespace}/${account.name}`,
      ],
    ],
  );
}

function linesOf({ severity, object, message, fix }: Finding, { paint }: Look): readonly string[] {
  const margin = " ".repeat(11);
  return [
    `  ${paint(styles[severity], severity.padEnd(7))}  ${paint("bold", plain(object))}`,
    `${margin}${plain(message)}`,
    `${margin}${paint("dim", "fix:")} ${plain(fix)}`,
  ];
}

function conclusion(findings: readonly Finding[]): string {
  const { error, warning, info } = countOf(findings);
  const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
  return `${counted(error, "error")}, ${counted(warning, "warning")}, ${counted(info, "note")}`;
}
