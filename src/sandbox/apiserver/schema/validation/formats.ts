import { isIP } from "node:net";

const dateTime = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const day = /^\d{4}-\d\d-\d\d$/;
const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const duration = /^([+-]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+|0|[+-]?\d+ *[a-zA-Z]+)$/;

const formats: Readonly<Record<string, (text: string) => boolean>> = {
  "date-time": (text) => dateTime.test(text) && !Number.isNaN(Date.parse(text)),
  date: (text) => day.test(text) && !Number.isNaN(Date.parse(text)),
  duration: (text) => duration.test(text),
  byte: (text) => /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text),
  ipv4: (text) => isIP(text) === 4,
  ipv6: (text) => isIP(text) === 6,
  uri: (text) => URL.canParse(text),
  uuid: (text) => uuid.test(text),
  email: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
};

/** Whether a text has a format; a format that the server does not know is no limit. */
export function hasFormat(text: string, format: string): boolean {
  const check = Object.hasOwn(formats, format) ? formats[format] : undefined;
  return check === undefined || check(text);
}
