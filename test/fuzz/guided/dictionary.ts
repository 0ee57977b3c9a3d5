import { addDictionary } from "@jazzer.js/core";

/** Gives the fuzzer words that it puts into its inputs, at most 60 bytes each. */
export function teach(words: readonly string[]): void {
  for (const word of new Set(words)) {
    const bytes = Buffer.from(word);
    if (bytes.length === 0 || bytes.length > 60) continue;
    addDictionary(`"${[...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}"`);
  }
}
