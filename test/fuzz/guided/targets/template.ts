import { functions } from "../../../../src/templates/functions/table.js";
import { templatePieces } from "../../generate/pieces.js";
import { judgeRouteTemplates, judgeTemplate } from "../../oracles/template.js";
import { teach } from "../dictionary.js";

teach([...templatePieces, ...functions.keys()]);

/** A template by itself, and as a value in a ConfigMap of route templates. */
export function fuzz(data: Buffer): void {
  const text = data.toString();
  judgeTemplate(text);
  judgeRouteTemplates({ main: text });
}
