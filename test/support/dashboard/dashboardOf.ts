import type { ControllerProcess } from "../controllerProcess.js";
import { waitFor } from "../plane/waitFor.js";

/** Address of a controller's dashboard, once it has told that; ends with a slash. */
export async function dashboardOf(controller: ControllerProcess): Promise<string> {
  const find = (): string | undefined => /"url":"(http:[^"]+)"/.exec(controller.log)?.[1];
  await waitFor(() => find() !== undefined, { describe: "the controller to tell where its dashboard is" });
  return find() ?? "";
}
