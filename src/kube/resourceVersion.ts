/**
 * A resourceVersion as a number, or undefined if it is not a decimal integer.
 *
 * Comparing two of one resource type is legal: KEP-5504 made the order part of the API.
 */
export function parseResourceVersion(text: string): bigint | undefined {
  return /^(0|[1-9][0-9]*)$/.test(text) ? BigInt(text) : undefined;
}
