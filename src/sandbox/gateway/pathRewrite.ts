import type { MatchedPath } from "./requestMatch.js";
import { pathOf, queryOf } from "./requestHead.js";

/** How a path is rewritten. */
export type PathRewrite =
  | { readonly type: "full"; readonly path: string }
  /** The prefix that the match took, in whole segments (Gateway API) or as text (Istio). */
  | { readonly type: "prefix"; readonly path: string; readonly by: "segments" | "text" }
  | { readonly type: "regex"; readonly pattern: RegExp | undefined; readonly replacement: string };

/** The target with its path rewritten; the query stays. `matched` is how the rule's match took the path. */
export function rewriteTarget(target: string, rewrite: PathRewrite, matched: MatchedPath): string {
  return rewritePath(pathOf({ target }), rewrite, matched) + queryOf({ target });
}

function rewritePath(path: string, rewrite: PathRewrite, matched: MatchedPath): string {
  switch (rewrite.type) {
    case "full":
      return rewrite.path;
    case "regex":
      return rewrite.pattern === undefined ? path : path.replace(rewrite.pattern, rewrite.replacement);
    case "prefix":
      if (matched.type === "whole") return rewrite.by === "text" ? rewrite.path : path;
      return rewrite.by === "text"
        ? rewrite.path + path.slice(matched.prefix.length)
        : joined(rewrite.path, path.slice(matched.prefix.replace(/\/$/, "").length));
  }
}

/** Prefix and rest with one slash between them, and none at the end that was not asked for. */
function joined(prefix: string, rest: string): string {
  const path = rest === "" ? prefix : prefix.replace(/\/$/, "") + (rest.startsWith("/") ? rest : `/${rest}`);
  return path === "" ? "/" : path;
}
