import type { Reply } from "../reply.js";
import { problem } from "../reply.js";
import type { RawRequest } from "../router.js";

/** Go with every answer: no script, style or connection but our own, and nobody may show us in a frame. */
export const securityHeaders = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Frame-Options": "DENY",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
} as const;

/**
 * Refuses what no page of ours and no command line would send. `loopback`: only names of this machine are taken for
 * ours, so that a foreign name which is made to resolve to 127.0.0.1 (DNS rebinding) gets nothing.
 */
export function guard(loopback: boolean): (request: RawRequest) => Reply | undefined {
  return ({ headers, target, method }) => {
    const host = headers.host ?? "";
    if (loopback && !isOwnName(host))
      return problem(
        421,
        "Misdirected request",
        `this address is not called ${shown(host)}`,
        "use localhost or 127.0.0.1",
      );
    const { origin } = headers;
    if (origin !== undefined && originHost(origin) !== host.toLowerCase())
      return problem(403, "Foreign origin", `${shown(origin)} may not read from here`);
    const site = headers["sec-fetch-site"];
    if (target.startsWith("/api/") && site !== undefined && site !== "same-origin" && site !== "none")
      return problem(403, "Foreign origin", "another site may not read from here");
    if ((method === "GET" || method === "HEAD") && hasBody(headers))
      return { ...problem(413, "Content too large", "requests have no body here"), headers: { Connection: "close" } };
    return undefined;
  };
}

function isOwnName(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}

/** Host and port of an origin; undefined for "null" and what is no http origin. */
function originHost(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase();
}

function hasBody(headers: RawRequest["headers"]): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? "0") !== 0;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
