/** A form in which an answer may be sent. */
export type Form = "object" | "table" | "metadata";

/** A representation that the client asked for and we can give. */
export interface Representation {
  readonly form: Form;
  readonly syntax: "json" | "yaml";
}

/** Media types offered for objects, as a 406 tells them. */
export const offered = ["application/json", "application/json;stream=watch", "application/yaml"] as const;

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * The first of the client's media types that can be given. Quality values are not read, as the API server does not read
 * them either. `forms`: what the endpoint can give besides objects. Undefined: nothing fits (406).
 */
export function negotiate(accept: string | undefined, forms: readonly Form[] = []): Representation | undefined {
  for (const range of (accept ?? "*/*").split(",").map(parseRange)) {
    const found = representationOf(range, forms);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The bare type of a Content-Type header, lower case; empty if there is none. */
export function bareType(header: string | undefined): string {
  return parseRange(header ?? "").type;
}

function parseRange(text: string): MediaRange {
  const [type = "", ...rest] = text.split(";").map((part) => part.trim());
  const parameters = rest.map((part): [string, string] => {
    const equals = part.indexOf("=");
    return equals < 0 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
  });
  return { type: type.toLowerCase(), parameters: new Map(parameters) };
}

function representationOf({ type, parameters }: MediaRange, forms: readonly Form[]): Representation | undefined {
  const syntax = syntaxOf(type);
  if (syntax === undefined) return undefined;
  const as = parameters.get("as");
  if (as === undefined) return { form: "object", syntax };
  if (parameters.get("g") !== "meta.k8s.io" || parameters.get("v") !== "v1") return undefined;
  const form = formOf(as);
  return form !== undefined && forms.includes(form) ? { form, syntax } : undefined;
}

function syntaxOf(type: string): "json" | "yaml" | undefined {
  switch (type) {
    case "application/json":
    case "application/*":
    case "*/*":
      return "json";
    case "application/yaml":
      return "yaml";
    default:
      return undefined;
  }
}

function formOf(as: string): Form | undefined {
  switch (as) {
    case "Table":
      return "table";
    case "PartialObjectMetadata":
    case "PartialObjectMetadataList":
      return "metadata";
    default:
      return undefined;
  }
}
