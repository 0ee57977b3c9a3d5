import { stringAt } from "../../base/json.js";
import type { Finding, Gate } from "./verdict.js";
import { notReady, ready } from "./verdict.js";

/** Where a kind that runs Knative revisions names the newest one and the one that was ready last. */
export interface RevisionPaths {
  readonly created: readonly string[];
  readonly ready: readonly string[];
}

/**
 * The newest revision must be the one that is ready. On a version that carries traffic it need not be: requests go to
 * the revision that was ready last until the newest has come up. Says nothing unless both are named.
 */
export function revisionGate(paths: RevisionPaths): Gate {
  const field = paths.ready.join(".");
  return {
    name: "revision",
    needsStatus: true,
    judge({ object, carrying }): Finding | undefined {
      const created = stringAt(object, ...paths.created) ?? "";
      const value = stringAt(object, ...paths.ready) ?? "";
      if (created === "" || value === "") return undefined;
      if (created === value) return ready("RevisionReady", `its newest revision ${created} is ready`, { field, value });
      return carrying
        ? ready("RevisionTolerated", `its revision ${value} serves while ${created} comes up`, { field, value })
        : notReady("RevisionNotReady", `its newest revision ${created} is not ready yet`, { field, value });
    },
  };
}
