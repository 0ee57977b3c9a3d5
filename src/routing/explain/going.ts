import { cause } from "./cause.js";
import type { Cause } from "./explanation.js";
import type { VersionScene } from "./versionScene.js";
import { aboutVersion, fromVerdict } from "./versionScene.js";

/** It left the spec or is being deleted: what its release waits for. */
export function going(scene: VersionScene): readonly Cause[] {
  const { version, holds } = scene;
  const about = aboutVersion(scene);
  const left = version.listed
    ? []
    : [cause("waiting", "LeftSpec", "it is no longer in the spec, and goes once it carries nothing", about)];
  const isGoing = !version.listed || version.resources.some(({ deleting }) => deleting);
  if (!isGoing) return left;
  const waiting = holds.filter(({ release, stage }) => !release && stage !== "wanted");
  const stages = waiting.map((hold) =>
    cause(
      hold.stage === "unprovable" ? "error" : "waiting",
      stageReason(hold.stage),
      `${hold.resource}: ${hold.message}`,
      about,
      {
        ...(hold.until === undefined ? {} : { until: hold.until }),
        ...(hold.deadline === undefined
          ? {}
          : { fix: `nothing: it is let go by itself, without proof at ${hold.deadline} at the latest` }),
      },
    ),
  );
  const deletion = version.verdicts.find(({ reason }) => reason === "Deleting" || reason === "NamespaceTerminating");
  const deleting = deletion === undefined ? [] : [fromVerdict(scene, deletion)];
  return [...deleting, ...left, ...stages];
}

function stageReason(stage: string): string {
  const reasons: Readonly<Record<string, string>> = {
    carrying: "StillCarrying",
    confirming: "Confirming",
    settling: "Settling",
    draining: "Draining",
    fenced: "OutcomeUnknown",
    guarded: "Guarded",
    unseen: "Unseen",
    unprovable: "Unprovable",
    "service-last": "ServiceLast",
  };
  return reasons[stage] ?? "Held";
}
