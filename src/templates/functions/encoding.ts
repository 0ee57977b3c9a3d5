import { createHash } from "node:crypto";

import type { TemplateFunction } from "./signature.js";
import { one, text } from "./signature.js";

/** sprig's encodings and checksums. What cannot be decoded yields the text of an error, as in sprig. */
export const encoding: Readonly<Record<string, TemplateFunction>> = {
  b64enc: one(text, (value) => Buffer.from(value, "utf8").toString("base64")),
  b64dec: one(text, decodeBase64),
  b32enc: one(text, encodeBase32),
  b32dec: one(text, decodeBase32),
  sha1sum: one(text, (value) => createHash("sha1").update(value).digest("hex")),
  sha256sum: one(text, (value) => createHash("sha256").update(value).digest("hex")),
  sha512sum: one(text, (value) => createHash("sha512").update(value).digest("hex")),
  adler32sum: one(text, adler32),
};

const base64Chars = /^[A-Za-z0-9+/]$/;
const base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Standard base64 with padding (RFC 4648 §4); line breaks are passed over. */
function decodeBase64(value: string): string {
  const bare = value.replace(/[\r\n]/g, "");
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(bare)) {
    return Buffer.from(bare, "base64").toString("utf8");
  }
  let good = 0;
  while (good < value.length && (base64Chars.test(value.charAt(good)) || "\r\n".includes(value.charAt(good))))
    good += 1;
  const at = good < value.length ? good : value.length - (bare.length % 4);
  return `illegal base64 data at input byte ${at}`;
}

/** RFC 4648 §6 */
function encodeBase32(value: string): string {
  let encoded = "";
  let bits = 0;
  let held = 0;
  for (const byte of Buffer.from(value, "utf8")) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) encoded += base32Alphabet.charAt((held >> (bits - 5)) & 31);
    held &= (1 << bits) - 1;
  }
  if (bits > 0) encoded += base32Alphabet.charAt((held << (5 - bits)) & 31);
  return encoded.padEnd(Math.ceil(encoded.length / 8) * 8, "=");
}

function decodeBase32(value: string): string {
  const bare = value.replace(/[\r\n]/g, "");
  if (!/^(?:[A-Z2-7]{8})*(?:[A-Z2-7]{2}={6}|[A-Z2-7]{4}={4}|[A-Z2-7]{5}={3}|[A-Z2-7]{7}=)?$/.test(bare)) {
    const bad = /[^A-Z2-7]/.exec(value)?.index ?? value.length - (bare.length % 8);
    return `illegal base32 data at input byte ${bad}`;
  }
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const char of bare.replace(/=+$/, "")) {
    held = (held << 5) | base32Alphabet.indexOf(char);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 255);
    held &= (1 << bits) - 1;
  }
  return Buffer.from(bytes).toString("utf8");
}

/** RFC 1950 §8.2 */
function adler32(value: string): string {
  let low = 1;
  let high = 0;
  for (const byte of Buffer.from(value, "utf8")) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return String(high * 65536 + low);
}
