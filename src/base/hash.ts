import { createHash } from "node:crypto";

import type { Json } from "./json.js";
import { canonicalJson } from "./json.js";

/**
 * 24 characters that tell texts apart, a prefix of their SHA-256, for keys that are kept by the thousand. As long as nobody
 * has found a collision of 18 bytes, equal digests mean equal texts in equal order.
 */
export function digestOf(...texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest().toString("base64", 0, 18);
}

/** First 16 hexadecimal digits of the SHA-256 of a value's canonical JSON: equal values give equal hashes. */
export function hashJson(value: Json): string {
  return createHash("sha256").update(canonicalJson(value)).digest().toString("hex", 0, 8);
}
