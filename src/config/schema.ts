import * as z from "zod";

import { configFileSchema } from "./configFile.js";

/** JSON Schema (draft 7, which editors understand) of the configuration file, as the text of `config/controller.schema.json`. */
export function configSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(configFileSchema, { io: "input", target: "draft-7" }), null, 2)}\n`;
}
