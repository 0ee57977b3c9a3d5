import type { Json } from "../base/json.js";
import { nearest } from "../base/suggest.js";
import { configSchemaText } from "../config/schema.js";
import { routemapSchema } from "../routing/schema/routemap.js";
import { routeTemplateSchema } from "../routing/schema/routeTemplate.js";
import type { AnyCommand } from "./command.js";
import { command } from "./main.js";

/** The JSON schemas (draft 7, which editors understand) by the name of their document, as text. */
export const schemas: Readonly<Record<"configuration" | "routemap" | "routetemplate", () => string>> = {
  configuration: configSchemaText,
  routemap: () => asText(routemapSchema()),
  routetemplate: () => asText(routeTemplateSchema()),
};

/** The command `schema`: prints the JSON schema of one kind of document, the configuration's where none is named. */
export function schemaCommand(): AnyCommand {
  return command({
    spec: {
      name: "schema",
      summary: "print the JSON schema of a configuration, a routemap or a route template",
      examples: [
        {
          line: "pointsman schema > controller.schema.json",
          does: "Lets an editor complete and check a configuration.",
        },
        {
          line: "pointsman schema routemap > routemap.schema.json",
          does: "The same for routemaps; begin them with # yaml-language-server: $schema=./routemap.schema.json",
        },
        { line: "pointsman schema routetemplate", does: "The schema of ConfigMaps that hold route templates." },
      ],
      options: {},
      operands: { usage: `[${Object.keys(schemas).join("|")}]`, most: 1 },
    },
    run(args, io) {
      const name = args.operands[0] ?? "configuration";
      const text = Object.entries(schemas).find(([document]) => document === name)?.[1];
      io[text === undefined ? "stderr" : "stdout"].write(text?.() ?? unknownDocument(name));
      return Promise.resolve(text === undefined ? 1 : 0);
    },
  });
}

function unknownDocument(name: string): string {
  const known = Object.keys(schemas);
  const meant = nearest(name, known);
  const fix = meant === undefined ? `write one of ${known.join(", ")}` : `did you mean ${meant}?`;
  return `pointsman: there is no schema of ${JSON.stringify(name)}; ${fix}\n`;
}

function asText(schema: Json): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
