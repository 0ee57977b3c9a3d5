import { readFile } from "node:fs/promises";

import { describe, expect, test } from "@jest/globals";

import { PointsmanError } from "../../../src/base/errors.js";
import { version } from "../../../src/base/version.js";
import { command, main } from "../../../src/cli/main.js";
import { schemaCommand } from "../../../src/cli/schema.js";
import { configSchemaText } from "../../../src/config/schema.js";
import { captured } from "../../support/captured.js";

const ran: unknown[] = [];

const greet = command({
  spec: {
    name: "greet",
    summary: "say hello",
    examples: [{ line: "pointsman greet --name you", does: "Greets you." }],
    options: { name: { type: "text", short: "n", value: "NAME", description: "whom to greet" } },
  },
  run(args) {
    const name = args.text("name");
    ran.push(name);
    if (name === "nobody") throw new PointsmanError("PM_USAGE", { problem: "nobody is there" });
    if (name === "bug") throw new TypeError("boom");
    return Promise.resolve(name === "changes" ? 2 : 0);
  },
});

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { io, out, err } = captured();
  const code = await main(words, io, [greet, schemaCommand()]);
  return { code, out: out(), err: err() };
}

describe("main", () => {
  test("runs the command and returns its exit code", async () => {
    expect(await run("greet", "-n", "you")).toEqual({ code: 0, out: "", err: "" });
    expect(ran.at(-1)).toBe("you");
    expect((await run("greet", "--name=changes")).code).toBe(2);
  });

  test.each([[[]], [["--help"]], [["-h"]], [["help"]]])("%j shows examples before the commands", async (words) => {
    const { code, out, err } = await run(...words);
    expect([code, err]).toEqual([0, ""]);
    expect(out.indexOf("pointsman greet --name you")).toBeGreaterThan(0);
    expect(out.indexOf("pointsman greet --name you")).toBeLessThan(out.indexOf("Commands:"));
    expect(out).toMatch(/^ {2}greet {3}say hello$/m);
  });

  test.each([[["greet", "--help"]], [["help", "greet"]], [["greet", "--banana", "-h"]]])(
    "%j shows the command's examples before its options, and runs nothing",
    async (words) => {
      const before = ran.length;
      const { code, out } = await run(...words);
      expect(code).toBe(0);
      expect(out.indexOf("Greets you.")).toBeLessThan(out.indexOf("Options:"));
      expect(out).toContain("-n, --name NAME  whom to greet");
      expect(out).toContain("-h, --help       show this help");
      expect(ran).toHaveLength(before);
    },
  );

  test("--version is that of package.json", async () => {
    const text = await readFile(new URL("../../../package.json", import.meta.url), "utf8");
    expect((await run("--version")).out).toBe(`${version}\n`);
    expect(JSON.parse(text)).toMatchObject({ version });
  });

  test.each([
    [["gret"], 'pointsman: unknown command "gret"; did you mean greet?\nSee pointsman --help\n'],
    [["--banana"], 'pointsman: unknown option "--banana"\nSee pointsman --help\n'],
    [["greet", "--nam", "x"], "pointsman: unknown option --nam; did you mean --name?\nSee pointsman greet --help\n"],
    [["greet", "--name", "nobody"], "pointsman: nobody is there\n"],
  ])("%j is one clear complaint and code 1", async (words, expected) => {
    expect(await run(...words)).toEqual({ code: 1, out: "", err: expected });
  });

  test("a bug shows its code and stack", async () => {
    const { code, err } = await run("greet", "-n", "bug");
    expect(code).toBe(1);
    expect(err).toContain("internal error: boom");
    expect(err).toContain("at ");
  });
});

describe("schema", () => {
  test("prints the schema of the configuration", async () => {
    expect(await run("schema")).toEqual({ code: 0, out: configSchemaText(), err: "" });
  });
});
