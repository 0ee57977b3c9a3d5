import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import type { AuditEvent } from "../../../tools/audit.mjs";
import {
  auditFolder,
  dropAuditFolder,
  grantsIn,
  isWholeRun,
  judgeAudit,
  readAudit,
  surveyEvents,
} from "../../../tools/audit.mjs";

const deployments = { apiGroup: "apps", resource: "deployments", namespace: "shop" };
const allowed = { "authorization.k8s.io/decision": "allow" };
const forbidden = { "authorization.k8s.io/decision": "forbid" };

function event(over: Partial<AuditEvent>): AuditEvent {
  const username = "system:serviceaccount:shop:pointsman";
  return {
    stage: "ResponseComplete",
    verb: "get",
    user: { username },
    objectRef: deployments,
    annotations: allowed,
    ...over,
  };
}

describe("the audit of the controller's rights", () => {
  it("counts what the shipped account did in any namespace, and nobody else", () => {
    const others = ["system:serviceaccount:shop:default", "admin", "system:serviceaccount:shop:pointsman-2"];
    const survey = surveyEvents([
      event({}),
      ...others.map((username) => event({ user: { username }, verb: "delete" })),
    ]);
    expect(survey).toEqual({ requests: 1, denied: new Set(), used: new Set(["get deployments.apps"]) });
  });

  it("counts a watch once, although it is logged when it begins and when it ends", () => {
    const watch = event({ verb: "watch" });
    const survey = surveyEvents([{ ...watch, stage: "ResponseStarted" }, watch]);
    expect(survey.requests).toBe(1);
    expect([...survey.used]).toEqual(["watch deployments.apps"]);
  });

  it("takes an apply that created something for the use of two rights", () => {
    const applied = (code: number): ReadonlySet<string> =>
      surveyEvents([event({ verb: "patch", responseStatus: { code } })]).used;
    expect([...applied(200)]).toEqual(["patch deployments.apps"]);
    expect([...applied(201)]).toEqual(["patch deployments.apps", "create deployments.apps"]);
  });

  it("names what was refused and where, and does not count it as used", () => {
    const everywhere = { apiGroup: "", resource: "pods", subresource: "status" };
    const survey = surveyEvents([
      event({ annotations: forbidden }),
      event({ objectRef: everywhere, annotations: forbidden }),
    ]);
    expect([...survey.denied]).toEqual(["get deployments.apps in shop", "get pods/status in all namespaces"]);
    expect(survey.used.size).toBe(0);
  });

  const role = `kind: ClusterRole
rules:
- {apiGroups: [apps], resources: [deployments], verbs: [get, patch]}
---
kind: Deployment
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
kind: Role
rules: [{apiGroups: [""], resources: [services], verbs: [list]}]
`;

  it("reads every right of the roles and of nothing else", () => {
    expect([...grantsIn(role)]).toEqual(["get deployments.apps", "patch deployments.apps", "list services"]);
  });

  it("complains about a refusal after any run, about unused rights after a whole one only", () => {
    const survey = surveyEvents([event({}), event({ objectRef: { resource: "pods" }, annotations: forbidden })]);
    const lines = (whole: boolean): readonly string[] =>
      judgeAudit(survey, grantsIn(role), whole).problems.map((line) => line.split(": ").slice(0, 2).join(": "));
    expect(lines(false)).toEqual(["refused: get pods in all namespaces"]);
    expect(lines(true)).toEqual([
      "refused: get pods in all namespaces",
      "never used: list services",
      "never used: patch deployments.apps",
    ]);
  });

  it("takes a run for a whole one only if no argument can leave tests out", () => {
    expect(isWholeRun([])).toBe(true);
    expect(isWholeRun(["--ci", "--json", "--outputFile=/tmp/real.json"])).toBe(true);
    for (const word of ["-t", "lifecycle", "--testPathPatterns", "--shard=1/2", "--onlyFailures", "--bail"])
      expect(isWholeRun(["--ci", word])).toBe(false);
  });

  it("reads all logs of a folder, and forgives the half line of a server that was killed", async () => {
    const folder = auditFolder();
    try {
      const line = JSON.stringify(event({}));
      await writeFile(join(folder, "one.log"), `${line}\n${line}\n${line.slice(0, 40)}`);
      await writeFile(join(folder, "two.log"), `${line}\n`);
      expect(readAudit(folder).requests).toBe(3);
    } finally {
      dropAuditFolder(folder);
    }
  });
});
