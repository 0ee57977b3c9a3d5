import type { VersionFacts } from "../facts.js";
import type { Holding } from "../holding.js";
import { describeRef } from "../routemap.js";
import type { Survey } from "../survey.js";
import { pastDeadline } from "../vote.js";
import type { HoldExplanation } from "./explanation.js";
import { momentOf, rfc3339 } from "./moment.js";

/** What is held of a version, and what each hold waits for. */
export function explainHolds(
  s: Survey,
  version: VersionFacts,
  holdings: readonly Holding[],
): readonly HoldExplanation[] {
  return holdings
    .filter((holding) => holding.version === version.name)
    .map(({ vote, action, uid }) => {
      const resource = version.resources.find(({ object }) => object?.metadata.uid === uid);
      const left = resource === undefined ? Infinity : pastDeadline(s, resource);
      return {
        resource: describeRef(action.ref),
        release: vote.release,
        stage: vote.release ? vote.ground : vote.stage,
        message: vote.release ? `it may go (${vote.ground})` : vote.message,
        ...(vote.release || vote.until === undefined ? {} : { until: momentOf(s.now, vote.until) }),
        ...(Number.isFinite(left) ? { deadline: rfc3339(s.now.server + left) } : {}),
      };
    });
}
