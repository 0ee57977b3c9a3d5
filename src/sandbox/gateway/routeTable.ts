import type { HostRank } from "./hostMatch.js";
import { byHostRank, rankHost } from "./hostMatch.js";
import type { MatchRank } from "./precedence.js";
import { byMatchRank, rankMatch } from "./precedence.js";
import type { RequestHead } from "./requestHead.js";
import { hostNameOf } from "./requestHead.js";
import type { MatchedPath, RequestMatch } from "./requestMatch.js";
import { fitsRequest, matchedPath } from "./requestMatch.js";
import type { Route, Rule } from "./rule.js";

/** The rule that a request is under, and how it took the path. */
export interface Found {
  readonly route: Route;
  readonly rule: Rule;
  readonly path: MatchedPath;
}

/** A route whose hosts take the request, and its best rule. */
interface Candidate extends Found {
  readonly host: HostRank;
  readonly rank: MatchRank;
}

const everything: RequestMatch = { fields: [], withoutFields: [], query: [] };

/** The routes in force at one moment. It never changes, so that a request is finished by the routes it began with. */
export class RouteTable {
  private readonly routes: readonly Route[];

  /** Older routes first, then by namespace and name: that is how ties are decided. */
  constructor(routes: Iterable<Route>) {
    this.routes = [...routes].sort(byAge);
  }

  /**
   * The rule of a request: that of the route with the most specific host; among Gateway API's routes the most specific
   * match of all; in a VirtualService the first that fits, after Gateway API's routes of the same host. Undefined where
   * no route takes it.
   */
  find(head: RequestHead): Found | undefined {
    const host = hostNameOf(head);
    const found = this.routes.flatMap((route) => {
      const rank = rankHost(route.hosts, host);
      return rank === undefined ? [] : (candidateOf(route, rank, head) ?? []);
    });
    return found.sort(byPrecedence)[0];
  }

  /** Whether a route asks for the host by name, not by a wildcard. */
  knows(host: string): boolean {
    return this.routes.some((route) => (rankHost(route.hosts, host)?.exact ?? 0) > 0);
  }

  list(): readonly Route[] {
    return this.routes;
  }
}

function candidateOf(route: Route, host: HostRank, head: RequestHead): Candidate | undefined {
  const fitting = route.rules.flatMap((rule): Candidate[] => {
    const matches = rule.matches.length === 0 ? [everything] : rule.matches;
    return matches
      .filter((match) => fitsRequest(match, head))
      .map((match) => ({ route, rule, host, rank: rankMatch(match), path: matchedPath(match) }));
  });
  // Sorting keeps the order of equals, so the first rule wins a tie.
  return route.order === "first" ? fitting[0] : fitting.sort((one, other) => byMatchRank(one.rank, other.rank))[0];
}

function byPrecedence(one: Candidate, other: Candidate): number {
  const byHost = byHostRank(one.host, other.host);
  if (byHost !== 0) return byHost;
  if (one.route.order !== other.route.order) return one.route.order === "specific" ? -1 : 1;
  return one.route.order === "first" ? 0 : byMatchRank(one.rank, other.rank);
}

function byAge(one: Route, other: Route): number {
  const key = ({ created, namespace, name }: Route): string => `${created} ${namespace}/${name}`;
  return key(one) < key(other) ? -1 : 1;
}
