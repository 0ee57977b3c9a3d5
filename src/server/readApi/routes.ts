import type { Observable } from "rxjs";

import type { Clock } from "../../base/clock.js";
import type { ReadChange, ReadModel } from "../../routing/controller/readModel.js";
import type { AnyReply, Reply } from "../reply.js";
import { json, problem } from "../reply.js";
import type { RoutedRequest, Route } from "../router.js";
import type { Access, Authorizer, Sight } from "./authorizer.js";
import { isName, readListQuery, readNamespace } from "./listQuery.js";
import { Streams } from "./stream.js";
import { pageOf } from "./summaryPage.js";

/** What the read API is made of. */
export interface ReadApiOptions {
  readonly model: Pick<ReadModel, "attend" | "caughtUp" | "detail" | "list">;
  readonly changes$: Observable<readonly ReadChange[]>;
  readonly authorizer: Authorizer;
  /** How callers show who they are. */
  readonly auth: "none" | "token";
  readonly version: string;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

const base = "/api/v1";

/** The read API; nothing in it changes anything. Answers are JSON, errors problems of RFC 9457. */
export function readApiRoutes(options: ReadApiOptions): readonly Route[] {
  const { model, authorizer, auth, version } = options;
  const streams = new Streams(options);
  return [
    { path: `${base}/info`, handle: () => json(200, { version, auth }) },
    { path: `${base}/routemaps`, handle: (request) => list(options, request) },
    {
      path: `${base}/routemaps/:namespace/:name`,
      async handle(request) {
        const { namespace = "", name = "" } = request.params;
        if (!isName(namespace) || !isName(name)) return notFound();
        const refusal = await refused(authorizer, request, { verb: "get", namespace, name });
        if (refusal !== undefined) return refusal;
        const detail = model.detail(namespace, name);
        return detail === undefined ? notFound() : json(200, detail);
      },
    },
    { path: `${base}/stream`, handle: (request) => stream(options, streams, request) },
  ];
}

async function list({ model, authorizer }: ReadApiOptions, request: RoutedRequest): Promise<Reply> {
  const query = readListQuery(request.query);
  if (!query.ok) return problem(400, "Bad request", query.error);
  const { namespace, waitMs } = query.value;
  const refusal = await refused(authorizer, request, sightOf(namespace));
  if (refusal !== undefined) return refusal;
  await model.caughtUp(waitMs, request.signal);
  const { items, pending } = model.list();
  return json(200, { ...pageOf(items, query.value), pending });
}

async function stream({ authorizer }: ReadApiOptions, streams: Streams, request: RoutedRequest): Promise<AnyReply> {
  const namespace = readNamespace(request.query);
  if (!namespace.ok) return problem(400, "Bad request", namespace.error);
  const name = request.query.get("name") ?? "";
  if (name !== "" && (namespace.value === undefined || !isName(name)))
    return problem(400, "Bad request", "name must be that of a routemap, and needs a namespace");
  const following = { ...sightOf(namespace.value, name), verb: name === "" ? "list" : "get" } as const;
  const refusal = await refused(authorizer, request, following);
  if (refusal !== undefined) return refusal;
  if (streams.full) return unavailable("too many pages follow this controller already");
  const check = (): Promise<Access> => authorizer.check(request.headers.authorization, following, request.signal);
  return streams.reply(following, check);
}

function sightOf(namespace: string | undefined, name = ""): Sight {
  const where = { ...(namespace === undefined ? {} : { namespace }), ...(name === "" ? {} : { name }) };
  return { verb: "list", ...where };
}

/** What a caller that may not see it is told; undefined for one that may. */
async function refused(authorizer: Authorizer, request: RoutedRequest, sight: Sight): Promise<Reply | undefined> {
  const access = await authorizer.check(request.headers.authorization, sight, request.signal);
  switch (access.type) {
    case "allowed":
      return undefined;
    case "unauthenticated":
      return { ...problem(401, "Unauthorized", access.message, access.fix), headers: { "WWW-Authenticate": "Bearer" } };
    case "forbidden":
      return problem(403, "Forbidden", access.message, access.fix);
    case "unavailable":
      return unavailable(access.message, access.fix);
  }
}

/** The same for what is not there and what may not be there: names are checked before rights. */
function notFound(): Reply {
  return problem(404, "Not found", "there is no routemap of that name");
}

function unavailable(message: string, fix?: string): Reply {
  return { ...problem(503, "Unavailable", message, fix), headers: { "Retry-After": "5" } };
}
