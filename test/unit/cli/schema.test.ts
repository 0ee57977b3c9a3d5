import { readFile } from "node:fs/promises";

import { describe, expect, test } from "@jest/globals";

import { main } from "../../../src/cli/main.js";
import { schemaCommand } from "../../../src/cli/schema.js";
import { captured } from "../../support/captured.js";

async function schema(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const { io, out, err } = captured();
  const code = await main(["schema", ...words], io, [schemaCommand()]);
  return { code, out: out(), err: err() };
}

describe("pointsman schema", () => {
  test.each([
    ["configuration", "controller"],
    ["routemap", "routemap"],
    ["routetemplate", "routetemplate"],
  ])("%s prints what is committed; after a change, run `npm run schemas`", async (document, file) => {
    const { code, out, err } = await schema(document);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe(await readFile(`config/${file}.schema.json`, "utf8"));
  });

  test("prints the configuration's schema where no document is named", async () => {
    expect(await schema()).toEqual(await schema("configuration"));
  });

  test("suggests what was meant by an unknown name, or lists what there is", async () => {
    const meant = await schema("routemaps");
    expect(meant).toEqual({
      code: 1,
      out: "",
      err: 'pointsman: there is no schema of "routemaps"; did you mean routemap?\n',
    });
    expect((await schema("banana")).err).toContain("write one of configuration, routemap, routetemplate");
    expect((await schema("routemap", "more")).code).toBe(1);
  });

  test("shows in its help how an editor uses a schema", async () => {
    const { code, out } = await schema("--help");
    expect(code).toBe(0);
    expect(out).toContain("# yaml-language-server: $schema=");
    expect(out).toContain("configuration|routemap|routetemplate");
  });
});
