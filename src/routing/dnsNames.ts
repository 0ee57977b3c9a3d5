const label = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

/** Most characters of an object's name. */
export const longestObjectName = 253;

/** Sources of the regular expressions that names follow. */
export const namePatterns = {
  object: `^${label}(\\.${label})*$`,
  namespace: `^${label}$`,
  labelValue: "^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
} as const;

const subdomain = new RegExp(namePatterns.object);
const labelOnly = new RegExp(namePatterns.namespace);
const labelValue = new RegExp(namePatterns.labelValue);

/** True for a name that most objects may have: a DNS subdomain (RFC 1123), at most 253 characters. */
export function isObjectName(text: string): boolean {
  return text.length <= longestObjectName && subdomain.test(text);
}

/** True for a name that a namespace may have: a DNS label (RFC 1123), at most 63 characters. */
export function isNamespaceName(text: string): boolean {
  return labelOnly.test(text);
}

/** True for what may be the value of a label, and is not empty: letters, digits, `-`, `_` and `.`, at most 63 characters. */
export function isLabelValue(text: string): boolean {
  return labelValue.test(text);
}
