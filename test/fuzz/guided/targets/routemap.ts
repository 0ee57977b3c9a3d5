import { routemapPieces } from "../../generate/pieces.js";
import { judgeRoutemap, judgeRoutes } from "../../oracles/routemap.js";
import { teach } from "../dictionary.js";

teach(routemapPieces);

/** The text of a routemap; one that is right is followed until its routes are written. */
export function fuzz(data: Buffer): void {
  const text = data.toString();
  if (judgeRoutemap(text)) judgeRoutes(text);
}
