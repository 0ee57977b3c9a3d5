/** How bad a finding is. `error`: something does not work or is about to fail; `warning`: it will hurt some day. */
export const severities = ["error", "warning", "info"] as const;

/** One of `severities`. */
export type Severity = (typeof severities)[number];

/** Everything that is looked at, in the order in which it is told: what explains other findings comes first. */
export const checks = {
  access: "what could be read",
  controllers: "controllers and their Lease",
  permissions: "rights of the controller",
  iter8: "Iter8's controller",
  routemaps: "routemaps and what they say of themselves",
  kinds: "kinds that routemaps use",
  labels: "objects that versions list",
  routes: "who else writes the routes",
  gateways: "gateways and their settle times",
  draining: "how Pods end",
  finalizers: "objects that are kept",
  argocd: "Argo CD's deletions and differences",
  admission: "admission policies and webhooks",
} as const;

/** The name of a check. */
export type CheckName = keyof typeof checks;

/** Something to know, and what to do about it. */
export interface Finding {
  readonly severity: Severity;
  readonly check: CheckName;
  /** What it is about, as "Deployment shop/v1" or "GatewayClass nginx". */
  readonly object: string;
  readonly message: string;
  /** A command or a setting, ready to use where that is possible. */
  readonly fix: string;
}

/** How many findings there are of each severity. */
export function countOf(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const count = (wanted: Severity): number => findings.filter(({ severity }) => severity === wanted).length;
  return { error: count("error"), warning: count("warning"), info: count("info") };
}

/** By check, in each the worst first, then by object and message; each finding once. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const names = Object.keys(checks);
  const rank = (finding: Finding): number => names.indexOf(finding.check) * 10 + severities.indexOf(finding.severity);
  const text = ({ object, message, fix }: Finding): string => `${object}\n${message}\n${fix}`;
  const once = new Map(findings.map((finding) => [`${rank(finding)} ${text(finding)}`, finding]));
  return [...once.values()].sort((a, b) => rank(a) - rank(b) || (text(a) < text(b) ? -1 : 1));
}
