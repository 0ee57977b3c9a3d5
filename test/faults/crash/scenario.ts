import type { App } from "../../support/app.js";
import type { RecordedWrite } from "../proxy/recording.js";

/** Something that users do, in whose course the controller is killed at every one of its writes. */
export interface Scenario {
  readonly name: string;
  /** Weights of the versions of the routemap; 80 and 20 unless given. */
  readonly weights?: readonly number[];
  /** Brings about what is there before; the controller runs. */
  prepare(app: App): Promise<void>;
  /** What users do. It goes on while the controller is dead, and may wait for what only the controller can bring about. */
  act(app: App): Promise<void>;
  /** Waits for the end in a run without faults. */
  done(app: App): Promise<void>;
  /** Whether the controller takes part in an election; its start is recorded too then. */
  readonly elected?: boolean;
  /** The writes at which it is killed; all unless given. */
  readonly at?: (write: RecordedWrite) => boolean;
}
