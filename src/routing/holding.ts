import type { ReleaseAction } from "./actions.js";
import type { VersionFacts } from "./facts.js";
import type { OutputId } from "./observed.js";
import { carriesTraffic, outputKey } from "./observed.js";
import { recognition } from "./recognise.js";
import type { RenderContext } from "./render/render.js";
import type { Survey } from "./survey.js";
import type { Vote } from "./vote.js";
import { releaseVote } from "./vote.js";

/** What is held, by whom, and whether it may go. */
export interface Holding {
  readonly version: string;
  readonly uid: string;
  readonly action: ReleaseAction;
  readonly vote: Vote;
}

/** All held objects of a routemap's versions, each with the vote on its release. */
export function holdingsOf(s: Survey, context: RenderContext | undefined): readonly Holding[] {
  const known = new Map([...s.observed.knownOutputs(), ...s.own].map((id) => [outputKey(id), id]));
  const outputs = [...known.values()].filter((id) => carriesTraffic(s.observed, id));
  const recognises = recognition(s, context);
  return s.facts.flatMap((version) => versionHoldings(s, version, outputs, recognises));
}

/** Indexes of the versions of which something is proven to get nothing, and may go. */
export function drainedVersions(s: Survey, holdings: readonly Holding[]): ReadonlySet<number> {
  const isProven = ({ vote }: Holding): boolean => vote.release && vote.ground === "proof";
  const names = new Set(holdings.filter(isProven).map(({ version }) => version));
  return new Set(s.facts.filter(({ name }) => names.has(name)).map(({ index }) => index));
}

function versionHoldings(
  s: Survey,
  version: VersionFacts,
  outputs: readonly OutputId[],
  recognises: (output: OutputId, version: number) => boolean,
): readonly Holding[] {
  return version.resources.flatMap((resource): Holding[] => {
    if (!resource.held || resource.object === undefined) return [];
    const vote = releaseVote(s, version, resource, outputs, recognises);
    const uid = resource.object.metadata.uid;
    const ground = vote.release ? vote.ground : "proof";
    return [
      {
        version: version.name,
        uid,
        vote,
        action: { type: "release", version: version.name, ref: resource.ref, uid, ground },
      },
    ];
  });
}
