/** Most characters of a token. */
export const longestToken = 256;

/** What a token of HTTP (RFC 9110) looks like: the source of a regular expression. */
export const tokenPattern = "^[A-Za-z0-9!#$%&'*+.^_`|~\\-]+$";

const token = new RegExp(tokenPattern);

/** True for a token of HTTP (RFC 9110): what names of headers and cookies are made of. At most 256 characters. */
export function isToken(text: string): boolean {
  return text.length <= longestToken && token.test(text);
}
