import type { KubeObject } from "../kube/object.js";
import { confirmationOf } from "./confirmation.js";
import { readRoute } from "./reader/read.js";
import type { OutputTrack } from "./track.js";
import { trackOutput } from "./track.js";

/** Takes one sight of an output, there or not, into its track; `at` is monotonic (see `trackOutput`). */
export function sightOutput(
  before: OutputTrack | undefined,
  object: KubeObject | undefined,
  at: number,
  restart = false,
): OutputTrack {
  const reading = object === undefined ? unread : readRoute(object);
  const confirmation = object === undefined ? ({ kind: "none" } as const) : confirmationOf(object);
  return trackOutput(before, object, reading, confirmation, at, restart);
}

const unread = { readable: true, rules: [] } as const;
