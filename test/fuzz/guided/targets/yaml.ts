import { yamlPieces } from "../../generate/pieces.js";
import { judgeYaml, judgeYamlStream } from "../../oracles/yaml.js";
import { teach } from "../dictionary.js";

teach(yamlPieces);

export function fuzz(data: Buffer): void {
  const text = data.toString();
  judgeYaml(text);
  judgeYamlStream(text);
}
