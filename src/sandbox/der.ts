/** The few DER encodings (ITU-T X.690) that an X.509 certificate needs. Each function returns one complete element. */

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** An element: tag byte, length, content. Content longer than 127 bytes gets the long form of the length. */
export function element(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

/** SEQUENCE. */
export function sequence(...members: readonly Buffer[]): Buffer {
  return element(tags.sequence, ...members);
}

/** SET OF; the members must already stand in DER order (a single member always does). */
export function set(...members: readonly Buffer[]): Buffer {
  return element(tags.set, ...members);
}

/** INTEGER from unsigned big-endian bytes: leading zeros go, and one is added where the sign bit would show. */
export function unsignedInteger(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  const signed = (digits[0] ?? 0) >= 0x80;
  return element(tags.integer, signed ? Buffer.concat([Buffer.from([0]), digits]) : digits);
}

/** BOOLEAN. */
export function boolean(value: boolean): Buffer {
  return element(tags.boolean, Buffer.from([value ? 0xff : 0x00]));
}

/** BIT STRING; `unused` is the number of bits of the last byte that carry nothing. */
export function bitString(bytes: Buffer, unused = 0): Buffer {
  return element(tags.bitString, Buffer.from([unused]), bytes);
}

/** OCTET STRING. */
export function octetString(bytes: Buffer): Buffer {
  return element(tags.octetString, bytes);
}

/** UTF8String. */
export function utf8String(text: string): Buffer {
  return element(tags.utf8String, Buffer.from(text, "utf8"));
}

/** OBJECT IDENTIFIER from its dotted form. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const arcs = [first * 40 + second, ...rest];
  return element(tags.objectIdentifier, Buffer.from(arcs.flatMap(base128)));
}

function base128(arc: number): number[] {
  const bytes = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(0x80 | (rest % 128));
  return bytes;
}

/** A point in time, milliseconds since the epoch, cut to seconds: UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5). */
export function time(ms: number): Buffer {
  const digits = new Date(ms)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replace(/[-:T]/g, "");
  const year = Number(digits.slice(0, 4));
  if (year >= 1950 && year < 2050) return element(tags.utcTime, Buffer.from(digits.slice(2), "ascii"));
  return element(tags.generalizedTime, Buffer.from(digits, "ascii"));
}

/** A context-specific element with an explicit (constructed) tag. */
export function explicit(number: number, content: Buffer): Buffer {
  return element(0xa0 | number, content);
}

/** A context-specific element with an implicit (primitive) tag. */
export function implicit(number: number, content: Buffer): Buffer {
  return element(0x80 | number, content);
}
