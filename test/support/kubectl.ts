import { execFileSync } from "node:child_process";

/** Whether there is a kubectl on PATH. Where there is none, it says so: what needs it is to be skipped. */
export function hasKubectl(): boolean {
  try {
    execFileSync("kubectl", ["version", "--client"], { stdio: "ignore" });
    return true;
  } catch {
    process.stderr.write("kubectl is not on PATH: what needs it is skipped\n");
    return false;
  }
}
