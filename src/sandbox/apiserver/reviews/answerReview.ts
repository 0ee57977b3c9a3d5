import type { Json, JsonObject } from "../../../base/json.js";
import { objectAt, stringAt } from "../../../base/json.js";
import type { User } from "../auth/users.js";
import type { ReviewKind } from "./reviewKinds.js";

const everything = ["*"];

/**
 * The review with its status: everybody may do everything, here as everywhere in this server. `userOf`: whose token a
 * TokenReview is about.
 */
export function answerReview(
  body: JsonObject,
  review: ReviewKind,
  user: User,
  userOf: (token: string) => User | undefined,
): JsonObject {
  return {
    kind: review.kind,
    apiVersion: `${review.group}/${review.version}`,
    metadata: { ...objectAt(body, "metadata"), creationTimestamp: null },
    ...(body["spec"] === undefined ? {} : { spec: body["spec"] }),
    status: statusOf(body, review, user, userOf),
  };
}

function statusOf(body: JsonObject, review: ReviewKind, user: User, userOf: (token: string) => User | undefined): Json {
  switch (review.kind) {
    case "SelfSubjectReview":
      return { userInfo: userInfo(user) };
    case "TokenReview": {
      const found = userOf(stringAt(body, "spec", "token") ?? "");
      if (found === undefined) return { user: {}, error: "the token is none of this server's" };
      return { authenticated: true, user: userInfo(found) };
    }
    case "SelfSubjectRulesReview":
      return {
        incomplete: false,
        resourceRules: [{ verbs: everything, apiGroups: everything, resources: everything }],
        nonResourceRules: [{ verbs: everything, nonResourceURLs: everything }],
      };
    default:
      return { allowed: true, reason: "this server lets everybody do everything" };
  }
}

function userInfo({ name, uid, groups }: User): JsonObject {
  return { username: name, ...(uid === undefined ? {} : { uid }), groups };
}
