import type { Json } from "../../base/json.js";
import type { Path } from "./reader.js";
import { isAbsent, suggestion } from "./reader.js";
import type { RouteSite } from "./routeSite.js";
import { quoted, refuseKey } from "./routeSite.js";

/**
 * Decodes a mapping from candidate to something: every version but the primary has an entry, and nobody else.
 * `what` names an entry in messages. Entries that `decode` gives up are left out.
 */
export function perCandidate<T>(
  site: RouteSite,
  key: string,
  what: string,
  decode: (value: Json | undefined, path: Path) => T | undefined,
): ReadonlyMap<string, T> {
  const { reader } = site;
  const path = [...site.path, key];
  const [primary, ...candidates] = site.versions.map(({ name }) => name);
  const entries = reader.mapping(site.members[key], path) ?? {};
  if (isAbsent(site.members[key]) && candidates.length > 0) {
    const example = candidates.map((name) => `${name}: …`).join(", ");
    refuseKey(site, key, `the strategy needs ${what} for each candidate`, `write ${key}: {${example}}`);
    return new Map();
  }
  const found = new Map<string, T>();
  for (const [name, value] of Object.entries(entries)) {
    const here = [...path, name];
    if (name === primary) reader.refuse(here, `${name} is the primary, which gets what is left`, "remove it");
    else if (!candidates.includes(name))
      reader.refuse(here, `there is no version ${quoted(name)}`, suggestion(name, candidates));
    const decoded = decode(value, here);
    if (decoded !== undefined) found.set(name, decoded);
  }
  for (const name of candidates)
    if (!Object.hasOwn(entries, name)) reader.refuse(path, `${what} for ${name} is missing`, `add ${name}`);
  return found;
}
