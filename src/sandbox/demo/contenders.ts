import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Clock } from "../../base/clock.js";
import { PointsmanError } from "../../base/errors.js";
import { controllerConfig } from "../cluster/controllerConfig.js";
import { ControllerProcess } from "../cluster/controllerProcess.js";
import { Iter8Controller } from "./iter8Controller.js";
import { demoNamespace, smokeTests, smokeTestType } from "./objects.js";
import type { Contender } from "./run.js";

/** Where Pointsman's controller is, and where it keeps its configuration and its log. */
export interface ProgramPlace {
  readonly program: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** How long the gateway may take to follow what it has confirmed, with a margin, milliseconds. */
const settleMs = 1_000;

/** The log of Pointsman's controller in its folder. */
export const logFileName = "controller.log";

/** Pointsman's own controller, as users run it. */
export function pointsman({ program, folder, env, clock }: ProgramPlace): Contender {
  return {
    name: "Pointsman",
    async start(sandbox, signal) {
      const config = join(folder, "controller.yaml");
      const { group: Group, version: Version, resource: Resource } = smokeTests;
      const { shorthand, conditions } = smokeTestType;
      const resourceTypes = { [shorthand]: { Group, Version, Resource, conditions } };
      await writeFile(config, controllerConfig({ settleMs, resourceTypes }));
      const { kubeconfigFile: kubeconfig } = sandbox;
      const logFile = join(folder, logFileName);
      const started = await ControllerProcess.start({ program, kubeconfig, config, logFile, clock, env }, signal);
      if (started.ok) return started.value;
      throw new PointsmanError("PM_USAGE", { problem: started.error });
    },
  };
}

/** A controller that does what Iter8 1.1.2 does. */
export function likeIter8(clock: Clock): Contender {
  return {
    name: "Iter8 1.1.2's way",
    start(sandbox) {
      const controller = new Iter8Controller(sandbox.api, clock, demoNamespace);
      controller.start();
      return Promise.resolve(controller);
    },
  };
}
