import type { JsonObject } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { ok } from "../../../base/result.js";
import type { Users } from "../auth/users.js";
import type { Cluster } from "../cluster.js";
import {
  coreVersionsDocument,
  groupDocument,
  groupListDocument,
  resourceListDocument,
  versionDocument,
} from "../discovery/documents.js";
import type { Answer } from "../http/answer.js";
import { json, plain, refused } from "../http/answer.js";
import { bareType, negotiate, offered } from "../http/mediaType.js";
import type { ResourceTarget } from "../http/requestTarget.js";
import { resourceTarget } from "../http/requestTarget.js";
import { openApiDocument, openApiIndex } from "../openapi/documents.js";
import type { WatchHub } from "../read/watchHub.js";
import type { ReviewKind } from "../reviews/reviewKinds.js";
import { builtinReviews } from "../reviews/reviewKinds.js";
import { answerReview } from "../reviews/answerReview.js";
import type { Failure } from "../status/failure.js";
import { methodNotAllowed, notAcceptable, resourceNotFound } from "../status/failure.js";
import { decodeObject } from "../write/bodyFormat.js";
import { readObjects } from "./reading.js";
import type { ApiRequest } from "./request.js";
import { writeObjects } from "./writing.js";

/** What the API is made of. */
export interface ApiParts {
  readonly cluster: Cluster;
  readonly hub: WatchHub;
  readonly users: Users;
  /** Where clients reach the server, as discovery tells them. */
  readonly address: () => string;
}

const health: ReadonlySet<string> = new Set(["/readyz", "/livez", "/healthz"]);

/** Whether anybody may ask for a path without a token: health and version. */
export function isOpen(path: string): boolean {
  return health.has(`/${path.split("/")[1] ?? ""}`) || path === "/version";
}

/** Answers a request. Everything happens at once: what it reads and writes is one transaction. */
export function answer(parts: ApiParts, request: ApiRequest): Answer {
  const { path, segments } = request.target;
  if (health.has(`/${segments[0] ?? ""}`)) return plain(200, "ok");
  if (path === "/version") return document(request, versionDocument);
  const found = resourceTarget(segments);
  if (found !== undefined) return resourceAnswer(parts, request, found);
  return documentAnswer(parts, request);
}

function documentAnswer(parts: ApiParts, request: ApiRequest): Answer {
  const { kinds } = parts.cluster;
  const [root, group = "", version] = request.target.segments;
  const count = request.target.segments.length;
  switch (root) {
    case undefined:
      return document(request, {
        paths: ["/api", "/apis", "/healthz", "/livez", "/openapi/v3", "/readyz", "/version"],
      });
    case "api":
      return document(
        request,
        count === 1 ? coreVersionsDocument(parts.address()) : resourceListDocument(kinds, "", group),
      );
    case "apis":
      if (count === 1) return document(request, groupListDocument(kinds));
      return document(
        request,
        version === undefined ? groupDocument(kinds, group) : resourceListDocument(kinds, group, version),
      );
    case "openapi":
      return openApiAnswer(parts, request);
    default:
      return missingPage;
  }
}

function openApiAnswer({ cluster }: ApiParts, request: ApiRequest): Answer {
  const [, generation, ...rest] = request.target.segments;
  if (generation !== "v3") return missingPage;
  return document(request, rest.length === 0 ? openApiIndex(cluster.kinds) : openApiDocument(cluster.kinds, rest));
}

const missingPage = plain(404, "404 page not found\n");

function document(request: ApiRequest, body: Parameters<typeof json>[1] | undefined): Answer {
  if (body === undefined) return missingPage;
  if (request.method !== "GET" && request.method !== "HEAD") return refused(methodNotAllowed());
  return negotiate(request.accept) === undefined ? refused(notAcceptable(offered)) : json(200, body);
}

function resourceAnswer(parts: ApiParts, request: ApiRequest, target: ResourceTarget): Answer {
  const { group, version, plural, namespace } = target;
  const review = builtinReviews.find(
    (known) => known.group === group && known.version === version && known.plural === plural,
  );
  if (review !== undefined) {
    if (request.method !== "POST") return refused(methodNotAllowed());
    const body = reviewBody(request, review);
    if (!body.ok) return refused(body.error);
    return json(
      201,
      answerReview(body.value, review, request.user, (token) => parts.users.ofToken(token)),
    );
  }
  const kind = parts.cluster.kinds.find(group, version, plural);
  if (kind === undefined) return isKnownVersion(parts, group, version) ? refused(resourceNotFound()) : missingPage;
  if (namespace !== undefined && !kind.namespaced) return refused(resourceNotFound());
  return request.method === "GET" || request.method === "HEAD"
    ? readObjects(parts, request, kind, target)
    : writeObjects(parts, request, kind, target);
}

/** The answer to an access review is the same whatever it asks, so that kubectl may ask in protobuf, too. */
function reviewBody(request: ApiRequest, { kind }: ReviewKind): Result<JsonObject, Failure> {
  const isUnread = bareType(request.contentType) === "application/vnd.kubernetes.protobuf" && kind !== "TokenReview";
  return isUnread ? ok({}) : decodeObject(request.body, request.contentType);
}

/** Of a group or version that is not served at all, the API server's 404 is a page in plain text. */
function isKnownVersion({ cluster }: ApiParts, group: string, version: string): boolean {
  return cluster.kinds.ofVersion(group, version).length > 0;
}
