import { describe, expect, test } from "@jest/globals";

import { main } from "../../../src/cli/main.js";
import type { SandboxRun } from "../../../src/cli/sandbox.js";
import { sandboxCommand } from "../../../src/cli/sandbox.js";
import { captured } from "../../support/captured.js";

async function sandbox(...words: string[]) {
  const runs: SandboxRun[] = [];
  const { io, err } = captured();
  const command = sandboxCommand((run) => {
    runs.push(run);
    return Promise.resolve(0);
  });
  return { code: await main(["sandbox", ...words], io, [command]), runs, err: err() };
}

describe("pointsman sandbox", () => {
  test("takes free ports and a temporary kubeconfig, without a controller, unless told", async () => {
    const { runs } = await sandbox();
    expect(runs).toEqual([{ port: 0, gatewayPort: 0, withController: false, files: [] }]);
  });

  test("takes ports, a place for the kubeconfig, a controller and files", async () => {
    const words = ["--port", "6443", "--gateway-port=8000", "--kubeconfig-out", "k", "--with-controller"];
    const { runs } = await sandbox(...words, "-f", "a.yaml", "-f", "-");
    const files = ["a.yaml", "-"];
    expect(runs).toEqual([{ port: 6443, gatewayPort: 8000, kubeconfigOut: "k", withController: true, files }]);
  });

  test.each(["http", "65536", "-1", "1.5"])("refuses %s as a port and says what to write", async (port) => {
    const { code, runs, err } = await sandbox(`--gateway-port=${port}`);
    expect([code, runs]).toEqual([1, []]);
    expect(err).toBe(
      `pointsman: --gateway-port is ${JSON.stringify(port)}; write a port, 1 to 65535, or 0 for any that is free\n`,
    );
  });
});
