import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Whether a shell is on PATH. Where it is not, it says so: what needs it is to be skipped. */
export function hasShell(name: string): boolean {
  try {
    execFileSync(name, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    process.stderr.write(`${name} is not on PATH: what needs it is skipped\n`);
    return false;
  }
}

/** What a shell offers for each line, in a folder with these files. A line is the words after the program's name. */
export type Offer = (
  script: string,
  lines: readonly (readonly string[])[],
  files: readonly string[],
) => Promise<readonly (readonly string[])[]>;

/** What bash would show: its completion function is called as readline calls it, with words split at "=". */
export const bashOffers: Offer = (script, lines, files) =>
  inFolder(files, async (folder) => {
    const calls = lines.map((line) => {
      const words = ["pointsman", ...line.flatMap(splitAtEquals)];
      const array = words.map(quoted).join(" ");
      return `COMP_WORDS=(${array}); COMP_CWORD=${words.length - 1}; _pointsman; printf '%s\\n' "\${COMPREPLY[@]}"; echo ==`;
    });
    const file = join(folder, "..", "run.bash");
    await writeFile(file, [script, ...calls].join("\n"));
    const { stdout } = await run("bash", ["--norc", "--noprofile", file], { cwd: folder });
    return blocks(stdout);
  });

/** What fish would show. */
export const fishOffers: Offer = (script, lines, files) =>
  inFolder(files, async (folder) => {
    const calls = lines.map((line) => `complete -C ${quoted(["pointsman", ...line].join(" "))}; echo ==`);
    const file = join(folder, "..", "run.fish");
    await writeFile(file, [script, ...calls].join("\n"));
    const { stdout } = await run("fish", ["--no-config", file], { cwd: folder });
    return blocks(stdout).map((offered) => offered.map((line) => line.split("\t")[0] ?? ""));
  });

/**
 * What zsh would show. Only its line editor completes, so one runs in a terminal of its own (zpty); what is offered
 * passes through `compadd`, and a key after the tab says that all of it was told.
 */
export const zshOffers: Offer = (script, lines, files) =>
  inFolder(files, async (folder) => {
    const [completion, told, driver] = ["_pointsman.zsh", "told", "run.zsh"].map((name) => join(folder, "..", name));
    if (completion === undefined || told === undefined || driver === undefined) throw new Error("three files");
    await writeFile(completion, script);
    await writeFile(told, "");
    await writeFile(driver, zshDriver(completion, told, lines));
    await run("zsh", ["-f", driver], { cwd: folder, timeout: 60_000 });
    return blocks(await readFile(told, "utf8"));
  });

function zshDriver(completion: string, told: string, lines: readonly (readonly string[])[]): string {
  const setup = [
    "unset zle_bracketed_paste; PROMPT=; LISTMAX=10000; unsetopt beep list_beep",
    `autoload -Uz compinit; compinit -u -D; source ${completion}`,
    `compadd() { if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi; local -a hits; builtin compadd -A hits "$@"; print -rl -- $hits >> ${told}; builtin compadd "$@" }`,
    `told() { print -r "==" >> ${told}; BUFFER= }; zle -N told; bindkey '^X^X' told`,
    `print ready >> ${told}`,
  ];
  return [
    "zmodload zsh/zpty",
    "zpty -b z zsh -f -i",
    `until_told() { local i; for i in {1..400}; do while zpty -r -t z rest; do :; done; (( $(grep -c -- "$1" ${told}) >= $2 )) && return; sleep 0.02; done; exit 1 }`,
    ...setup.map((line) => `zpty -w z ${quoted(line)}`),
    "until_told ready 1",
    ...lines.flatMap((line, index) => [
      `zpty -n -w z ${quoted(["pointsman", ...line].join(" "))}$'\\t\\x18\\x18'`,
      `until_told '^==$' ${index + 1}`,
    ]),
    "zpty -d z",
  ].join("\n");
}

/** What is printed before each line of two "=". */
function blocks(text: string): readonly (readonly string[])[] {
  return text
    .split(/^==\n/m)
    .slice(0, -1)
    .map((block) => [...new Set(block.split("\n").filter((line) => line !== "" && line !== "ready"))].sort());
}

function splitAtEquals(word: string): readonly string[] {
  const [, name, value] = /^(--[^=]+)=(.*)$/.exec(word) ?? [];
  if (name === undefined || value === undefined) return [word];
  return value === "" ? [name, "="] : [name, "=", value];
}

async function inFolder<T>(files: readonly string[], use: (folder: string) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), "pointsman-shell-"));
  try {
    const folder = await mkdtemp(join(root, "files-"));
    for (const file of files) await writeFile(join(folder, file), "");
    return await use(folder);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** For all three shells alike: no word of ours has a quote in it. */
function quoted(text: string): string {
  if (text.includes("'") && !text.includes("\n")) return `'${text.replaceAll("'", `'"'"'`)}'`;
  return `'${text}'`;
}
