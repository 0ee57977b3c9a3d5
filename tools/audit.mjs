/**
 * Compares what the controller asked of API servers, by their audit logs, with the rights that the manifests give it:
 * every request must have been allowed, and every right must have been needed.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseAllDocuments } from "yaml";

/** The shipped ServiceAccount, in whatever namespace it was installed. */
const controller = /^system:serviceaccount:[^:]+:pointsman$/;

const policy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  userGroups: ["system:serviceaccounts"]
- level: None
`;

/** A folder for audit logs, with the policy that API servers are started with. Remove it with `dropAuditFolder`. */
export function auditFolder() {
  const folder = mkdtempSync(join(tmpdir(), "pointsman-audit-"));
  writeFileSync(join(folder, "policy.yaml"), policy);
  return folder;
}

export function dropAuditFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
}

/** The controller's requests in a folder's logs: how many, which were refused, and which rights the others needed. */
export function readAudit(folder) {
  const logs = readdirSync(folder).filter((name) => name.endsWith(".log"));
  const lines = logs.flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"));
  return surveyEvents(lines.filter((line) => line !== "").flatMap(eventIn));
}

/** An API server that was killed may have left half a line. */
function eventIn(line) {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

/** The same for audit events that were read already. */
export function surveyEvents(events) {
  const denied = new Set();
  const used = new Set();
  let requests = 0;
  for (const event of events) {
    if (!controller.test(event.user?.username ?? "")) continue;
    if (event.stage !== "ResponseStarted") requests += 1;
    const { verb, objectRef, requestURI } = event;
    const resource = objectRef === undefined ? requestURI : resourceName(objectRef);
    if (event.annotations?.["authorization.k8s.io/decision"] === "forbid") {
      const place = objectRef?.namespace === undefined ? "in all namespaces" : `in ${objectRef.namespace}`;
      denied.add(`${verb} ${resource} ${place}`);
      continue;
    }
    used.add(`${verb} ${resource}`);
    // A server-side apply that creates is authorized for create too, and logged as a patch.
    if (verb === "patch" && event.responseStatus?.code === 201) used.add(`create ${resource}`);
  }
  return { requests, denied, used };
}

function resourceName({ apiGroup = "", resource, subresource }) {
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  return apiGroup === "" ? full : `${full}.${apiGroup}`;
}

/** Every right of the Roles and ClusterRoles in a YAML text: "patch deployments.apps". */
export function grantsIn(text) {
  const roles = parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter((object) => object?.kind === "ClusterRole" || object?.kind === "Role");
  const rules = roles.flatMap(({ rules }) => rules ?? []);
  return new Set(
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((apiGroup) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resourceName({ apiGroup, resource })}`)),
      ),
    ),
  );
}

/** What jest is told that does not leave tests out. */
const harmless = /^--(ci|json|silent|verbose|outputFile=.*|maxWorkers=.*|testTimeout=.*|reporters=.*)$/;

/** Whether a run with these arguments takes in every test. */
export function isWholeRun(args) {
  return args.every((word) => harmless.test(word));
}

/**
 * What is wrong, one line each, and a summary. `whole`: everything ran and passed, so a right that was not used is a
 * right too many.
 */
export function judgeAudit({ requests, denied, used }, grants, whole) {
  const unused = whole ? [...grants].filter((grant) => !used.has(grant)) : [];
  const problems = [
    ...[...denied].sort().map((request) => `refused: ${request}: give the right, or do not ask`),
    ...unused.sort().map((grant) => `never used: ${grant}: remove it from kustomize, or test what it is for`),
  ];
  const summary = whole
    ? `${requests} requests of the controller, ${denied.size} kinds refused; ${grants.size - unused.length} of ${grants.size} rights used`
    : `${requests} requests of the controller, ${denied.size} kinds refused; unused rights are looked for after a whole, successful run only`;
  return { problems, summary };
}

/** Prints the judgement on a run; false where something is wrong. */
export function reportAudit(folder, root, whole) {
  if (!existsSync(folder)) return true;
  const rendered = execFileSync("kubectl", ["kustomize", join(root, "kustomize/overlays/cluster")], {
    encoding: "utf8",
  });
  const { problems, summary } = judgeAudit(readAudit(folder), grantsIn(rendered), whole);
  for (const problem of problems) console.error(`audit: ${problem}`);
  console.error(`audit: ${summary}`);
  return problems.length === 0;
}
