/** Header or trailer fields in order, names in lower case, as often as they were sent. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** The values of a field joined as RFC 9110 §5.3 allows (cookies with "; "); undefined where it was not sent. */
export function fieldOf(fields: Fields, name: string): string | undefined {
  const wanted = name.toLowerCase();
  const values = fields.flatMap(([key, value]) => (key === wanted ? [value] : []));
  return values.length === 0 ? undefined : values.join(wanted === "cookie" ? "; " : ", ");
}

/** Fields of node's flat list of names and values. */
export function fieldsOfRaw(raw: readonly string[]): Fields {
  const fields: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) fields.push([(raw[at] ?? "").toLowerCase(), raw[at + 1] ?? ""]);
  return fields;
}

/** Fields of node's headers by name, without HTTP/2's pseudo headers. */
export function fieldsOfMembers(members: Readonly<Record<string, string | string[] | number | undefined>>): Fields {
  return Object.entries(members).flatMap(([name, value]): Fields => {
    if (name.startsWith(":") || value === undefined) return [];
    return Array.isArray(value) ? value.map((one) => [name, one] as const) : [[name, String(value)]];
  });
}

/** Node's form: one member per name, a list where it comes several times. */
export function membersOf(fields: Fields): Record<string, string | string[]> {
  const members: Record<string, string | string[]> = {};
  for (const [name, value] of fields) {
    const before = members[name];
    if (before === undefined) members[name] = value;
    else members[name] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  // Several Hosts or lengths would be refused by node; a message has one of each.
  for (const name of ["host", "content-length"]) {
    const value = members[name];
    if (Array.isArray(value)) members[name] = value[0] ?? "";
  }
  return members;
}

const hopByHop: ReadonlySet<string> = new Set([
  "connection",
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Without the fields that concern one connection only (RFC 9110 §7.6.1), those that Connection names included.
 * `TE: trailers` stays: gRPC servers ask for it, and trailers are handed on.
 */
export function endToEnd(fields: Fields): Fields {
  const named = (fieldOf(fields, "connection") ?? "").split(",").map((name) => name.trim().toLowerCase());
  return fields.filter(([name, value]) =>
    name === "te" ? value === "trailers" : !hopByHop.has(name) && !named.includes(name),
  );
}
