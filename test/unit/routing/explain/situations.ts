import { gates } from "./situations/gates.js";
import { gateways } from "./situations/gateways.js";
import { goings } from "./situations/goings.js";
import { otherHands } from "./situations/otherHands.js";
import { specs } from "./situations/specs.js";
import { weights } from "./situations/weights.js";
import type { Situation } from "./situations/situation.js";

/** Every situation that an operator may meet. */
export const situations: readonly Situation[] = [...gates, ...weights, ...specs, ...otherHands, ...gateways, ...goings];
