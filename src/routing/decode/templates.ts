import type { Json, JsonObject } from "../../base/json.js";
import { trimmed } from "../../base/trimmed.js";
import type { Template, TemplateError } from "../../templates/index.js";
import { parseTemplate } from "../../templates/index.js";
import { bounds } from "./bounds.js";
import type { DecodeContext } from "./context.js";
import type { DecodeReader, Path } from "./reader.js";
import { isAbsent, suggestion } from "./reader.js";
import { decodeKind } from "./versions.js";
import { isObjectName } from "../dnsNames.js";
import type { RoutingTemplate, TemplateRef, TemplateText } from "../routemap.js";

/** Decodes `routingTemplates`, a mapping from name to template; `text` is the whole document. */
export function decodeTemplates(
  reader: DecodeReader,
  value: Json | undefined,
  text: string,
  context: DecodeContext,
): readonly RoutingTemplate[] {
  const path = ["routingTemplates"];
  const members = Object.entries(reader.mapping(value, path) ?? {});
  if (members.length > bounds.templates)
    reader.refuse(
      path,
      `there are ${members.length} templates, ${bounds.templates} are allowed`,
      "make several routemaps",
    );
  const templates = members.slice(0, bounds.templates).flatMap(([name, member]) => {
    const here = [...path, name];
    if (name === "" || name.length > 253)
      reader.refuse(here, "a template's name has 1 to 253 characters", "write such a name");
    return decodeTemplate(reader, name, member, here, text, context) ?? [];
  });
  return trimmed(templates);
}

function decodeTemplate(
  reader: DecodeReader,
  name: string,
  value: Json | undefined,
  path: Path,
  text: string,
  context: DecodeContext,
): RoutingTemplate | undefined {
  if (isAbsent(value)) reader.refuse(path, "the template is empty", "give it gvrShort and template or templateRef");
  const members = reader.members(value, path, ["gvrShort", "template", "templateRef", "values"]);
  if (members === undefined) return undefined;
  const kind = decodeOutputKind(reader, members["gvrShort"], [...path, "gvrShort"], context);
  const values = reader.mapping(members["values"], [...path, "values"]) ?? {};
  const decoded = decodeText(reader, name, members, path, text, context);
  return kind === undefined || decoded === undefined ? undefined : { name, kind, text: decoded, values };
}

function decodeText(
  reader: DecodeReader,
  name: string,
  members: JsonObject,
  path: Path,
  text: string,
  context: DecodeContext,
): TemplateText | undefined {
  const at = [...path, "template"];
  if (!isAbsent(members["templateRef"])) {
    if (!isAbsent(members["template"]))
      reader.refuse(at, "there is a templateRef, too", "keep one of template and templateRef");
    const ref = decodeTemplateRef(reader, members["templateRef"], [...path, "templateRef"], context);
    return ref === undefined ? undefined : { type: "reference", ref };
  }
  const source = reader.requiredText(members["template"], at);
  const compiled = source === undefined ? undefined : compile(reader, name, source, at, text);
  return source === undefined || compiled === undefined ? undefined : { type: "inline", source, compiled };
}

function decodeTemplateRef(
  reader: DecodeReader,
  value: Json,
  path: Path,
  context: DecodeContext,
): TemplateRef | undefined {
  const members = reader.members(value, path, ["name", "key", "namespace"]);
  if (members === undefined) return undefined;
  const name = reader.requiredText(members["name"], [...path, "name"]);
  if (name !== undefined && !isObjectName(name))
    reader.refuse(
      [...path, "name"],
      `${JSON.stringify(name)} is no name of a ConfigMap`,
      "use lower case letters, digits, - and .",
    );
  const key = reader.text(members["key"], [...path, "key"]);
  const namespace = reader.text(members["namespace"], [...path, "namespace"]) ?? context.namespace;
  const allowed = [context.namespace, ...context.templateNamespaces];
  if (!allowed.includes(namespace))
    reader.refuse(
      [...path, "namespace"],
      `route templates of the namespace ${JSON.stringify(namespace)} are not shared`,
      `use one of ${allowed.join(", ")}, or add it to templateNamespaces in the controller's configuration`,
    );
  return name === undefined ? undefined : { namespace, name, ...(key === undefined ? {} : { key }) };
}

function decodeOutputKind(
  reader: DecodeReader,
  value: Json | undefined,
  path: Path,
  context: DecodeContext,
): string | undefined {
  const shorthand = reader.requiredText(value, path);
  if (shorthand === undefined) return undefined;
  if (context.outputs.includes(shorthand)) return decodeKind(reader, shorthand, path, context)?.shorthand;
  if (!context.kinds.has(shorthand) && suggestion(shorthand, context.outputs).startsWith("did"))
    reader.refuse(path, `unknown kind ${JSON.stringify(shorthand)}`, suggestion(shorthand, context.outputs));
  else
    reader.refuse(
      path,
      `templates may not write ${JSON.stringify(shorthand)}`,
      `use one of ${context.outputs.join(", ")}, or add it to the outputs of the controller's configuration`,
    );
  return undefined;
}

function compile(reader: DecodeReader, name: string, source: string, path: Path, text: string): Template | undefined {
  const parsed = parseTemplate(name, source);
  if (parsed.ok) return parsed.value;
  const { line, column, message } = parsed.error;
  const position = positionInDocument(text, source, parsed.error, reader.locate(path)?.line);
  const where = position === undefined ? ` (line ${line}, column ${column} of the template)` : "";
  reader.refuse(path, `${message}${where}`, "correct the template there", position);
  return undefined;
}

/**
 * Position in the document of a position in a template. It is known where the line of the template stands there as it
 * is, as in a literal block (`|`); in a folded or quoted text it is not.
 */
function positionInDocument(
  text: string,
  source: string,
  error: TemplateError,
  keyLine: number | undefined,
): { readonly line: number; readonly column: number } | undefined {
  if (keyLine === undefined) return undefined;
  const wanted = source.split("\n")[error.line - 1] ?? "";
  const line = keyLine + error.line;
  const written = text.split("\n")[line - 1]?.replace(/\r$/, "");
  const indent = written?.length === undefined ? -1 : written.length - wanted.length;
  if (written === undefined || indent < 1 || !written.endsWith(wanted) || written.slice(0, indent).trim() !== "")
    return undefined;
  return { line, column: indent + error.column };
}
