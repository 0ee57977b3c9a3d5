import { formatDuration } from "../../base/duration.js";
import type { ReleaseDefaults } from "../../config/config.js";
import { defaultConfig } from "../../config/defaults.js";
import type { ReleaseTimes } from "../routemap.js";
import { duration, positiveDuration } from "./duration.js";
import type { Schema } from "./node.js";
import { mapping, optional } from "./node.js";

/** The schema of `release`. */
export function releaseSchema(): Schema {
  const members: Readonly<Record<keyof ReleaseTimes, Schema>> = {
    minStable: time(
      "minStable",
      "Stable before a raise",
      "How long a version must be ready before its traffic is raised.",
    ),
    settle: time(
      "settle",
      "Settle time",
      "Least time for gateways to follow a confirmed route. The gateway's class may ask for more.",
    ),
    drain: time("drain", "Drain time", "Time for requests under way to end, before a deleted version is let go."),
    deadline: deadline(),
  };
  return mapping(
    {
      title: "Times of a release",
      description: "Absent ones come from the controller's configuration, which also limits them.",
    },
    members,
  );
}

function time(key: keyof ReleaseTimes & keyof ReleaseDefaults, title: string, does: string): Schema {
  return optional(duration({ title, description: `${does} ${standard(key)}` }));
}

/** A deadline of 0 would let a version go before its traffic is back. */
function deadline(): Schema {
  const description = `A deleted version is let go after this at the latest. ${standard("deadline")}`;
  return optional(positiveDuration({ title: "Deadline", description, examples: ["10m"] }));
}

function standard(key: keyof ReleaseDefaults): string {
  return `Absent: ${formatDuration(defaultConfig().release[key])}, unless configured otherwise.`;
}
