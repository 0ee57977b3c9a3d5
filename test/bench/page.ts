import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const title = `# Benchmarks

Every figure is a ratio to a bare script or a peer in the same run, or a bound. Each section is written by the command it
names.
`;

/** Puts a section into a page of sections, in the place of the one that has its heading, else at the end. */
export function withSection(page: string, section: string): string {
  const heading = section.slice(0, section.indexOf("\n"));
  const sections = (page === "" ? title : page).split(/^(?=## )/m).map((part) => part.trimEnd());
  const index = sections.findIndex((part) => part.startsWith(`${heading}\n`));
  if (index < 0) sections.push(section);
  else sections[index] = section;
  return `${sections.join("\n\n")}\n`;
}

/** Writes a section into the page in this file. */
export function writeSection(file: string, section: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const page = existsSync(file) ? readFileSync(file, "utf8") : "";
  writeFileSync(file, withSection(page, section));
}
