/** A kind of which objects are answered, never stored. */
export interface ReviewKind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

function review(group: string, kind: string, namespaced = false): ReviewKind {
  const singular = kind.toLowerCase();
  return { group, version: "v1", plural: `${singular}s`, singular, kind, namespaced };
}

const authentication = "authentication.k8s.io";
const authorization = "authorization.k8s.io";

/** The reviews that are answered. */
export const builtinReviews: readonly ReviewKind[] = [
  review(authentication, "SelfSubjectReview"),
  review(authentication, "TokenReview"),
  review(authorization, "LocalSubjectAccessReview", true),
  review(authorization, "SelfSubjectAccessReview"),
  review(authorization, "SelfSubjectRulesReview"),
  review(authorization, "SubjectAccessReview"),
];
