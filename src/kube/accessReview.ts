import type { Json } from "../base/json.js";
import { at, stringAt } from "../base/json.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { Api } from "./api.js";
import type { ApiError } from "./apiError.js";

/** Something that may be allowed or not. The group of core resources is the empty string. */
export interface AccessQuestion {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** Absent: in every namespace, or the resource has none. */
  readonly namespace?: string;
  /** Absent: every name. */
  readonly name?: string;
}

/** `unknown`: the authorizer failed over this question, so that a refusal means nothing. `reason` may be empty. */
export type AccessAnswer =
  | { readonly state: "allowed" }
  | { readonly state: "denied"; readonly reason: string }
  | { readonly state: "unknown"; readonly reason: string };

/** A service account that is asked about in place of whoever asks. */
export interface ReviewedAccount {
  readonly namespace: string;
  readonly name: string;
}

const group = "authorization.k8s.io";

/**
 * Asks whether our own credentials allow something (SelfSubjectAccessReview, authorization.k8s.io/v1), or those of an
 * account (SubjectAccessReview, for which a right of its own is needed).
 */
export async function reviewAccess(
  api: Api,
  question: AccessQuestion,
  signal: AbortSignal,
  account?: ReviewedAccount,
): Promise<Result<AccessAnswer, ApiError>> {
  const { verb, resource, namespace, name } = question;
  const kind = account === undefined ? "SelfSubjectAccessReview" : "SubjectAccessReview";
  const resourceAttributes = { verb, group: question.group, resource, namespace, name };
  const body = {
    apiVersion: `${group}/v1`,
    kind,
    spec: { resourceAttributes, ...(account === undefined ? {} : subjectOf(account)) },
  };
  const path = `/apis/${group}/v1/${kind.toLowerCase()}s`;
  const answer = await api.raw("POST", path, body, signal);
  return answer.ok ? ok(readAnswer(answer.value)) : answer;
}

/** The answer of any access review, our own or a subject's. */
export function readAnswer(review: Json): AccessAnswer {
  if (at(review, "status", "allowed") === true) return { state: "allowed" };
  const failure = stringAt(review, "status", "evaluationError");
  if (failure !== undefined && failure !== "") return { state: "unknown", reason: failure };
  if (at(review, "status", "allowed") !== false) return { state: "unknown", reason: "the review has no answer" };
  return { state: "denied", reason: stringAt(review, "status", "reason") ?? "" };
}

/** Name and groups with which the API server knows a service account. */
function subjectOf({ namespace, name }: ReviewedAccount): {
  readonly user: string;
  readonly groups: readonly string[];
} {
  const all = "system:serviceaccounts";
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: [all, `${all}:${namespace}`, "system:authenticated"],
  };
}

/**
 * Asks several questions, `concurrency` at a time; the answers come in the order of the questions. The first review
 * that fails ends the round, and its error is the result: a server that does not answer is not asked sixty times.
 */
export async function reviewAll(
  api: Api,
  questions: readonly AccessQuestion[],
  signal: AbortSignal,
  { concurrency = 4, account }: { readonly concurrency?: number; readonly account?: ReviewedAccount } = {},
): Promise<Result<readonly AccessAnswer[], ApiError>> {
  const answers = new Map<number, AccessAnswer>();
  const failures: ApiError[] = [];
  const left = questions.entries();
  const work = async (): Promise<void> => {
    for (const [index, question] of left) {
      if (failures.length > 0) return;
      const answer = await reviewAccess(api, question, signal, account);
      if (answer.ok) answers.set(index, answer.value);
      else failures.push(answer.error);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  const [failure] = failures;
  if (failure !== undefined) return fail(failure);
  return ok([...answers].sort(([a], [b]) => a - b).map(([, answer]) => answer));
}
