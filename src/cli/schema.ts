import { configSchemaText } from "../config/schema.js";
import type { AnyCommand } from "./command.js";
import { command } from "./main.js";

/** The command `schema`: prints the JSON schema of the controller's configuration file. */
export function schemaCommand(): AnyCommand {
  return command({
    spec: {
      name: "schema",
      summary: "print the JSON schema of the controller's configuration",
      examples: [
        {
          line: "pointsman schema > controller.schema.json",
          does: "Lets an editor complete and check a configuration.",
        },
      ],
      options: {},
    },
    run(_args, io) {
      io.stdout.write(configSchemaText());
      return Promise.resolve(0);
    },
  });
}
