import type { JsonObject } from "../base/json.js";
import { arrayAt, at, objectAt, stringAt } from "../base/json.js";
import type { Result } from "../base/result.js";
import { ok } from "../base/result.js";
import type { AccessAnswer, AccessQuestion } from "./accessReview.js";
import { readAnswer } from "./accessReview.js";
import type { Api } from "./api.js";
import type { ApiError } from "./apiError.js";

/** Whom a token belongs to, as the API server says. */
export interface TokenUser {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  /** What authenticators add, each a list of texts. */
  readonly extra: JsonObject;
}

const tokenReviews = "/apis/authentication.k8s.io/v1/tokenreviews";
const accessReviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

/** Asks whose token it is (TokenReview, authentication.k8s.io/v1); undefined where it is nobody's. */
export async function reviewToken(
  api: Api,
  token: string,
  signal: AbortSignal,
): Promise<Result<TokenUser | undefined, ApiError>> {
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token } };
  const answer = await api.raw("POST", tokenReviews, body, signal);
  if (!answer.ok) return answer;
  const status = objectAt(answer.value, "status");
  const username = stringAt(status, "user", "username");
  if (at(status, "authenticated") !== true || username === undefined || username === "") return ok(undefined);
  const uid = stringAt(status, "user", "uid");
  const groups = arrayAt(status, "user", "groups").filter((group) => typeof group === "string");
  return ok({ username, groups, extra: objectAt(status, "user", "extra"), ...(uid === undefined ? {} : { uid }) });
}

/** Asks whether somebody else may do something (SubjectAccessReview, authorization.k8s.io/v1). */
export async function reviewSubject(
  api: Api,
  user: TokenUser,
  question: AccessQuestion,
  signal: AbortSignal,
): Promise<Result<AccessAnswer, ApiError>> {
  const { verb, group, resource, namespace, name } = question;
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: {
      user: user.username,
      uid: user.uid,
      groups: user.groups,
      extra: user.extra,
      resourceAttributes: { verb, group, resource, namespace, name },
    },
  };
  const answer = await api.raw("POST", accessReviews, body, signal);
  return answer.ok ? ok(readAnswer(answer.value)) : answer;
}
