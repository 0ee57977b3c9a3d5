const subdomain = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const qualified = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const labelText = `(${qualified})?`;
const configKey = "[-._a-zA-Z0-9]+";

/** A name of objects and domains: `example.com` (RFC 1123). Undefined if it is one, else what is wrong. */
export function subdomainProblem(name: string): string | undefined {
  if (name.length > 253) return "must be no more than 253 characters";
  if (whole(subdomain).test(name)) return undefined;
  return `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain}')`;
}

/** A name without dots: `my-name` (RFC 1123). */
export function labelProblem(name: string): string | undefined {
  if (name.length > 63) return "must be no more than 63 characters";
  if (whole(label).test(name)) return undefined;
  return `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`;
}

/** A key of labels or annotations, or a finalizer: a name, or a domain and a name. */
export function qualifiedNameProblem(key: string): string | undefined {
  const parts = key.split("/");
  const [first = "", second] = parts;
  const form = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualified}')`;
  if (parts.length > 2)
    return `a valid label key ${form} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
  if (second !== undefined && first === "") return "prefix part must be non-empty";
  const prefix = second === undefined ? undefined : subdomainProblem(first);
  if (prefix !== undefined) return `prefix part ${prefix}`;
  const name = second ?? first;
  if (name === "") return "name part must be non-empty";
  if (name.length > 63) return "name part must be no more than 63 bytes";
  return whole(qualified).test(name) ? undefined : `name part ${form}`;
}

/** The value of a label. */
export function labelValueProblem(value: string): string | undefined {
  if (value.length > 63) return "must be no more than 63 bytes";
  if (whole(labelText).test(value)) return undefined;
  return `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${labelText}')`;
}

/** A key of a ConfigMap or Secret. */
export function configKeyProblem(key: string): string | undefined {
  if (key.length > 253) return "must be no more than 253 characters";
  if (whole(configKey).test(key)) return key === "." || key === ".." ? `must not be '${key}'` : undefined;
  return `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '${configKey}')`;
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}
