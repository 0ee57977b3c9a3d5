import type { Json } from "../../base/json.js";
import type { Path } from "./reader.js";
import { isAbsent, suggestion } from "./reader.js";
import type { RouteSite } from "./routeSite.js";
import { quoted, refuseKey } from "./routeSite.js";
import { isLabelValue, isNamespaceName, isObjectName } from "../dnsNames.js";
import type { SharedService } from "../routeSpec.js";

type Labels = Readonly<Record<string, string>>;

/** Decodes service and subsets: one Service whose Pods belong to several versions, told apart by labels. */
export function decodeShared(site: RouteSite): SharedService | undefined {
  const { reader, members, path } = site;
  const name = reader.text(members["service"], [...path, "service"]);
  const given = { service: !isAbsent(members["service"]), subsets: !isAbsent(members["subsets"]) };
  if (!given.service && !given.subsets) return undefined;
  if (!given.service) refuseKey(site, "service", "subsets need a shared Service", "add service, or remove subsets");
  else if (name !== undefined && !isNamespaceName(name))
    refuseKey(site, "service", `${quoted(name)} is no name of a Service`, "use lower case letters, digits and -");
  const subsets = decodeSubsets(site, given.subsets);
  refuseOverlaps(site, subsets);
  return name === undefined ? undefined : { name, subsets };
}

function decodeSubsets(site: RouteSite, given: boolean): ReadonlyMap<string, Labels> {
  const { reader, members } = site;
  const path = [...site.path, "subsets"];
  const names = site.versions.map(({ name }) => name);
  const found = new Map<string, Labels>();
  if (!given) refuseKey(site, "subsets", "a shared Service needs subsets", "give every version labels of its Pods");
  const entries = reader.mapping(members["subsets"], path) ?? {};
  for (const [name, value] of Object.entries(entries)) {
    if (!names.includes(name))
      reader.refuse([...path, name], `there is no version ${quoted(name)}`, suggestion(name, names));
    else if (!isNamespaceName(name.toLowerCase()))
      reader.refuse([...path, name], "a version with a subset needs a name of letters, digits and -", "rename it");
    const labels = decodeLabels(site, value, [...path, name]);
    if (labels !== undefined) found.set(name, labels);
  }
  for (const name of given ? names : [])
    if (!Object.hasOwn(entries, name)) reader.refuse(path, `labels for ${name} are missing`, `add ${name}`);
  return found;
}

function decodeLabels({ reader }: RouteSite, value: Json | undefined, path: Path): Labels | undefined {
  const labels: Record<string, string> = {};
  const members = reader.mapping(value, path);
  if (isAbsent(value) || (members !== undefined && Object.keys(members).length === 0))
    reader.refuse(path, "there are no labels, so every Pod would match", "write labels of this version's Pods");
  for (const [key, member] of Object.entries(members ?? {})) {
    const here = [...path, key];
    const text = reader.requiredText(member, here);
    if (!isLabelKey(key))
      reader.refuse(
        here,
        `${quoted(key)} is no name of a label`,
        "use at most 63 letters, digits, -, _ and ., with a domain and / before it if need be",
      );
    if (text === undefined) continue;
    if (!isLabelValue(text))
      reader.refuse(here, `${quoted(text)} is no value of a label`, "use at most 63 letters, digits, -, _ and .");
    labels[key] = text;
  }
  return members === undefined ? undefined : labels;
}

function isLabelKey(key: string): boolean {
  const [first = "", second, ...more] = key.split("/");
  return second === undefined ? isLabelValue(first) : more.length === 0 && isObjectName(first) && isLabelValue(second);
}

/** No Pod may belong to two versions: some label must tell each pair apart. */
function refuseOverlaps(site: RouteSite, subsets: ReadonlyMap<string, Labels>): void {
  const all = [...subsets].filter(([, labels]) => Object.keys(labels).length > 0);
  for (const [at, [name, labels]] of all.entries()) {
    const other = all.slice(0, at).find(([, before]) => !differ(before, labels));
    if (other === undefined) continue;
    site.reader.refuse(
      [...site.path, "subsets", name],
      `a Pod could have these labels and those of ${other[0]}`,
      "give both one label, such as version, with different values",
    );
  }
}

function differ(one: Labels, other: Labels): boolean {
  return Object.entries(one).some(([key, value]) => Object.hasOwn(other, key) && other[key] !== value);
}
