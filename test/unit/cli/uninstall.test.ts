import { describe, expect, it } from "@jest/globals";

import { ok } from "../../../src/base/result.js";
import { main } from "../../../src/cli/main.js";
import { uninstallCommand } from "../../../src/cli/uninstall.js";
import type { UninstallReport } from "../../../src/cli/uninstallReport.js";
import type { UninstallRun } from "../../../src/cli/uninstallRun.js";
import { staticCredentials } from "../../../src/kube/credentials.js";
import { leftoverOf } from "../../../src/routing/uninstall/leftover.js";
import type { Leftover } from "../../../src/routing/uninstall/leftover.js";
import { captured } from "../../support/captured.js";

const nothing: UninstallReport = { dryRun: false, routes: [], released: [], left: [], blind: [], unsought: [] };

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly asked: UninstallRun | undefined;
}

/** Runs the command over something that only notes what it was asked and reports this. */
async function uninstall(words: readonly string[], report = nothing, env: Record<string, string> = {}): Promise<Ran> {
  const { io, out, err } = captured();
  const seen: UninstallRun[] = [];
  const carryOut = (run: UninstallRun): Promise<UninstallReport> => {
    seen.push(run);
    return Promise.resolve(report);
  };
  const commands = [uninstallCommand(carryOut, () => Promise.resolve(ok(staticCredentials("http://127.0.0.1:1"))))];
  const code = await main(["uninstall", ...words], { ...io, env }, commands);
  return { code, out: out(), err: err(), asked: seen[0] };
}

function deployment(name: string): Leftover {
  const metadata = {
    name,
    namespace: "shop",
    uid: `uid-${name}`,
    resourceVersion: "1",
    finalizers: ["iter8.tools/finalizer"],
  };
  const resource = { group: "apps", version: "v1", resource: "deployments", kind: "Deployment", namespaced: true };
  const found = leftoverOf(resource, { apiVersion: "apps/v1", kind: "Deployment", metadata });
  if (found === undefined) throw new Error("it carries our finalizer");
  return found;
}

describe("what uninstall is asked", () => {
  it("is to bring all traffic of the cluster back, unless told otherwise", async () => {
    const { asked } = await uninstall([]);
    expect(asked).toMatchObject({
      routes: "primary",
      dryRun: false,
      leaseNamespace: "pointsman-system",
      timeout: 600_000,
    });
    expect(asked?.namespace).toBeUndefined();
  });

  it("may be one namespace, whose Lease is there too", async () => {
    const { asked } = await uninstall(["-n", "shop", "--routes", "freeze", "--dry-run", "--timeout", "90s"]);
    expect(asked).toMatchObject({ namespace: "shop", leaseNamespace: "shop", routes: "freeze", dryRun: true });
    expect(asked?.timeout).toBe(90_000);
  });

  it("takes the Lease of the Pod's namespace, or the one that is named", async () => {
    const env = { POD_NAMESPACE: "traffic" };
    expect((await uninstall([], nothing, env)).asked).toMatchObject({ leaseNamespace: "traffic" });
    const named = await uninstall(["--lease-namespace", "elsewhere"], nothing, env);
    expect(named.asked).toMatchObject({ leaseNamespace: "elsewhere" });
  });

  it.each([
    [["--routes", "primry"], /did you mean primary/],
    [["--timeout", "soon"], /--timeout: "soon" is no duration/],
    [["--namespace", "Shop"], /--namespace "Shop" is no namespace/],
    [["--config", "/nowhere.yaml"], /\/nowhere\.yaml/],
  ])("is refused where it is wrong: %j", async (words, message) => {
    const { code, err, asked } = await uninstall(words);
    expect({ code, asked }).toEqual({ code: 1, asked: undefined });
    expect(err).toMatch(message);
  });
});

describe("what uninstall reports", () => {
  it("is 0 and one line where nothing was there", async () => {
    const { code, out } = await uninstall([]);
    expect({ code, out }).toEqual({
      code: 0,
      out: "no object carries iter8.tools/finalizer any more, and no route belongs to a routemap\n",
    });
  });

  it("is 1 and the list where something is left", async () => {
    const left = [{ what: deployment("v1"), why: "others keep changing it" }];
    const { code, out } = await uninstall([], { ...nothing, left });
    expect(code).toBe(1);
    expect(out).toBe(
      "Deployment shop/v1: left (others keep changing it)\n1 objects still carry iter8.tools/finalizer\n",
    );
  });

  it("is 1 where it could not look everywhere", async () => {
    const { code, out } = await uninstall([], { ...nothing, blind: ["services is forbidden"] });
    expect(code).toBe(1);
    expect(out).toContain("cannot look everywhere: services is forbidden");
  });

  it("is 0 for a dry run, whatever would be done", async () => {
    const { code, out } = await uninstall(["--dry-run"], { ...nothing, dryRun: true, released: [deployment("v1")] });
    expect(code).toBe(0);
    expect(out).toContain("Deployment shop/v1: would be released");
  });

  it("is JSON where that is asked for, with the same verdict", async () => {
    const left = [{ what: deployment("v1"), why: "forbidden" }];
    const { code, out } = await uninstall(["-o", "json"], { ...nothing, left, released: [deployment("v2")] });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      complete: false,
      left: [{ kind: "Deployment", namespace: "shop", name: "v1", held: true, why: "forbidden" }],
      released: [{ name: "v2" }],
    });
  });
});
