import { createHash } from "node:crypto";

import type { Json } from "./json.js";
import { canonicalJson } from "./json.js";

/** First 16 hexadecimal digits of the SHA-256 of a value's canonical JSON: equal values give equal hashes. */
export function hashJson(value: Json): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex").slice(0, 16);
}
