import type { IncomingHttpHeaders } from "node:http";

import { nearest } from "../base/suggest.js";
import type { AnyReply } from "./reply.js";
import { problem } from "./reply.js";

/** A request as a handler sees it. */
export interface RoutedRequest {
  readonly path: string;
  /** Values of the pattern's `:name` segments, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

/** Answers a request. A rejection becomes a 500. */
export type RequestHandler = (request: RoutedRequest) => AnyReply | Promise<AnyReply>;

/** A request before it has found its handler; `target` is the path and query of its first line. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly signal: AbortSignal;
}

/** One path, all of it read-only; a segment `:name` takes any value. HEAD is answered as GET without a body. */
export interface Route {
  readonly path: string;
  readonly handle: RequestHandler;
}

/** Finds the handler of a request and answers those that have none. The first route that fits wins. */
export class Router {
  private readonly routes: readonly { readonly segments: readonly string[]; readonly route: Route }[];

  constructor(routes: readonly Route[]) {
    this.routes = routes.map((route) => ({ route, segments: route.path.split("/") }));
  }

  async answer({ method, target, headers, signal }: RawRequest): Promise<AnyReply> {
    const mark = target.indexOf("?");
    const path = mark < 0 ? target : target.slice(0, mark);
    const query = new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1));
    for (const { route, segments } of this.routes) {
      const params = match(segments, path.split("/"));
      if (params === undefined) continue;
      if (method === "GET" || method === "HEAD") return route.handle({ path, params, query, headers, signal });
      const refusal = problem(405, "Method not allowed", `${path} answers GET and HEAD only`);
      return { ...refusal, headers: { Allow: "GET, HEAD" } };
    }
    const meant = nearest(
      path,
      this.routes.map(({ route }) => route.path),
    );
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    return problem(404, "Not found", `there is nothing at ${path.slice(0, 200)}${hint}`);
  }
}

function match(pattern: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== path.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const value = path[index] ?? "";
    if (!segment.startsWith(":")) {
      if (segment !== value) return undefined;
      continue;
    }
    const decoded = decode(value);
    if (decoded === undefined || decoded === "") return undefined;
    params[segment.slice(1)] = decoded;
  }
  return params;
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
