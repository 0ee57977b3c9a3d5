import { settleOfClass } from "../../src/config/config.js";
import { decodeConfig } from "../../src/config/decode.js";

/** What a controller waits between the gateway's word and a release, milliseconds. */
export interface Hold {
  readonly settle: number;
  readonly drain: number;
}

/** The hold that a configuration asks for where neither routemap nor GatewayClass says more. */
export function holdOf(configText: string): Hold {
  const decoded = decodeConfig(configText);
  if (!decoded.ok) throw new Error(decoded.error.map(({ message }) => message).join("; "));
  const { release } = decoded.value;
  return { settle: Math.max(release.settle, settleOfClass(decoded.value, undefined)), drain: release.drain };
}
