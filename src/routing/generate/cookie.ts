import { isLabelValue } from "../dnsNames.js";
import type { Sticky } from "../routeSpec.js";

/** Whether a version's name can stand in a cookie. Those that left the spec may have names that cannot. */
export function fitsCookie(version: string): boolean {
  return isLabelValue(version);
}

/**
 * A regular expression (RE2, also for engines that search instead of matching the whole) for Cookie headers (RFC 6265)
 * in which `cookie` has the value `version`, wherever among others it stands.
 */
export function cookiePattern(cookie: string, version: string): string {
  return `^(.*;\\s*)?${escaped(cookie)}=${escaped(version)}\\s*(;.*)?$`;
}

/** The Set-Cookie header that keeps a user on a version. */
export function setCookie({ cookie, maxAge }: Sticky, version: string): string {
  const age = maxAge === undefined ? "" : `; Max-Age=${maxAge}`;
  return `${cookie}=${version}; Path=/${age}; HttpOnly; SameSite=Lax`;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
