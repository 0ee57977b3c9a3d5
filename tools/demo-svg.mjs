/**
 * Makes docs/demo.svg, a recording of the demo, from what a terminal of 80 columns was sent:
 *
 *   script -qc 'stty cols 80; node dist/pointsman.mjs demo' demo.typescript     (Ctrl-C when the story is over)
 *   node tools/demo-svg.mjs demo.typescript docs/demo.svg
 */
import { readFileSync, writeFileSync } from "node:fs";

const [, , recording, output] = process.argv;
if (recording === undefined || output === undefined) {
  console.error("usage: node tools/demo-svg.mjs RECORDING OUTPUT.svg");
  process.exit(1);
}

const escape = "\u001b";
const columns = 80;
const shown = 20;
const secondsEach = 1.5;
const lineHeight = 18;
const charWidth = 8.4;
const colours = { 31: "#ff7b72", 32: "#56d364", 33: "#e3b341", 34: "#58a6ff", 35: "#bc8cff", 36: "#39c5cf" };

/** The pictures that were drawn: each ends with "clear what is below". */
const pictures = readFileSync(recording, "utf8")
  .split(`${escape}[J`)
  .filter((text) => text.includes("Traffic by"))
  .map((text) => text.slice(text.lastIndexOf("Traffic by") - "\u001b[1m".length))
  .map((text) => text.replaceAll("\r", "").trimEnd().split("\n"));
if (pictures.length === 0) {
  console.error(`${recording} holds no picture of the demo; was it a terminal?`);
  process.exit(1);
}

const chosen = Array.from(
  { length: Math.min(shown, pictures.length) },
  (_, index, { length } = pictures) =>
    pictures[Math.round((index * (length - 1)) / (Math.min(shown, length) - 1 || 1))],
);
const height = Math.max(...chosen.map((lines) => lines.length));

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** One line as text spans; of the escapes only colours, bold and dim are meant to be seen. */
function spans(line) {
  let style = "";
  let result = "";
  for (const [index, part] of line.split(`${escape}[`).entries()) {
    const code = index === 0 ? null : /^([0-9;?]*)([A-Za-z])/.exec(part);
    const text = code === null ? part : part.slice(code[0].length);
    if (code?.[2] === "m") style = styleOf(Number(code[1]));
    if (text !== "") result += style === "" ? escaped(text) : `<tspan ${style}>${escaped(text)}</tspan>`;
  }
  return result;
}

function styleOf(code) {
  if (code === 1) return 'font-weight="bold"';
  if (code === 2) return 'fill="#7d8590"';
  return colours[code] === undefined ? "" : `fill="${colours[code]}"`;
}

function group(lines, index) {
  const rows = lines.map((line, row) => {
    const text = spans(line);
    return text === "" ? "" : `<text x="16" y="${30 + row * lineHeight}" xml:space="preserve">${text}</text>`;
  });
  // All of them run from the start: the last one, which is visible where nothing moves, must not show meanwhile.
  const delay = (index * secondsEach - duration).toFixed(1);
  return `<g style="animation-delay:${delay}s">\n${rows.filter((row) => row !== "").join("\n")}\n</g>`;
}

const duration = chosen.length * secondsEach;
const share = (100 / chosen.length).toFixed(3);
const width = Math.ceil(columns * charWidth + 32);
const svg = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height * lineHeight + 40}" role="img">`,
  "<title>The demo of Pointsman: candidates come, break and are deleted under load, and no request is lost</title>",
  "<style>",
  'text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #e6edf3 }',
  `g { visibility: hidden; animation: show ${duration}s step-end infinite }`,
  `@keyframes show { 0% { visibility: visible } ${share}% { visibility: hidden } }`,
  "g:last-of-type { visibility: visible }",
  "@media (prefers-reduced-motion: reduce) { g { animation: none } }",
  "</style>",
  '<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
  ...chosen.map(group),
  "</svg>",
  "",
].join("\n");
writeFileSync(output, svg);
console.log(`${output}: ${chosen.length} of ${pictures.length} pictures, ${Math.ceil(svg.length / 1024)} KiB`);
