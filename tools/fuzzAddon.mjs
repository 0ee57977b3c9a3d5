/**
 * The fuzzer's addon is prebuilt where the C library is newer than that of Debian 12. All that it asks of the newer one
 * are other names for `strtol` and `strtoul`, and a name that only marks which libstdc++ it was built with. A copy that asks
 * for the older names runs from glibc 2.34 on.
 */
import { Buffer } from "node:buffer";

/** What is newer than it needs to be: the library's version, the one to ask for, and how its symbols are found there. */
const replacements = new Map([
  ["GLIBC_2.38", { like: /^GLIBC_2\.(2\.5|17)$/, symbol: /^__isoc23_(strtou?l)$/ }],
  ["GLIBCXX_3.4.32", { like: /^GLIBCXX_3\.4$/, symbol: /^_ZSt21ios_base_library_initv()$/ }],
]);
const symbolSize = 24;
const weak = 2 << 4;

/** Whether this process's C library has all that the addon asks for. */
export function isNewEnough() {
  const version = process.report.getReport().header.glibcVersionRuntime;
  if (version === undefined) return true;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 2 || minor >= 38;
}

/** A copy of the addon that asks for older names; throws where there is none for a newer one. */
export function forOlderLibraries(addon) {
  const bytes = Buffer.from(addon);
  const sections = sectionsOf(bytes);
  const section = (type) => {
    const found = sections.find((candidate) => candidate.type === type);
    if (found === undefined) throw new Error("the fuzzer's addon is no shared library of Linux");
    return found;
  };
  const symbols = section(11);
  const names = sections[symbols.link].offset;
  const text = (at) => bytes.toString("latin1", names + at, bytes.indexOf(0, names + at));
  const renamed = new Map();
  for (const versions of neededVersions(bytes, section(0x6ffffffe).offset))
    for (const at of versions) {
      const replacement = replacements.get(text(bytes.readUInt32LE(at + 8)));
      if (replacement === undefined) continue;
      const older = versions.find((other) => replacement.like.test(text(bytes.readUInt32LE(other + 8))));
      if (older === undefined) throw new Error("the fuzzer's addon asks for no older version of the same library");
      bytes.copy(bytes, at, older, older + 4);
      bytes.copy(bytes, at + 8, older + 8, older + 12);
      renamed.set(bytes.readUInt16LE(at + 6), replacement.symbol);
    }
  renameSymbols(bytes, symbols, section(0x6fffffff).offset, text, renamed);
  return bytes;
}

/** `renamed`: what the symbols of a version are called, by its index; the first group is the part that is kept. */
function renameSymbols(bytes, symbols, versionsAt, text, renamed) {
  for (let index = 0; index * symbolSize < symbols.size; index += 1) {
    const wanted = renamed.get(bytes.readUInt16LE(versionsAt + index * 2));
    if (wanted === undefined) continue;
    const at = symbols.offset + index * symbolSize;
    const name = text(bytes.readUInt32LE(at));
    const [, older] = wanted.exec(name) ?? [];
    if (older === undefined) throw new Error(`the fuzzer's addon asks for ${name}: it needs glibc 2.38`);
    if (older === "") bytes.writeUInt8(weak | (bytes.readUInt8(at + 4) & 0xf), at + 4);
    else bytes.writeUInt32LE(bytes.readUInt32LE(at) + name.length - older.length, at);
  }
}

/** Type, place, size and linked section of every section of a 64-bit little-endian ELF file. */
function sectionsOf(bytes) {
  const table = Number(bytes.readBigUInt64LE(0x28));
  const [size, count] = [bytes.readUInt16LE(0x3a), bytes.readUInt16LE(0x3c)];
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * size;
    return {
      type: bytes.readUInt32LE(at + 4),
      offset: Number(bytes.readBigUInt64LE(at + 24)),
      size: Number(bytes.readBigUInt64LE(at + 32)),
      link: bytes.readUInt32LE(at + 40),
    };
  });
}

/** For each library that is needed, the places of its versions: hash, flags, index and name. */
function neededVersions(bytes, offset) {
  const libraries = [];
  for (let at = offset, next = -1; next !== 0; at += next) {
    const versions = [];
    let version = at + bytes.readUInt32LE(at + 8);
    for (let left = bytes.readUInt16LE(at + 2); left > 0; left -= 1) {
      versions.push(version);
      version += bytes.readUInt32LE(version + 12);
    }
    libraries.push(versions);
    next = bytes.readUInt32LE(at + 12);
  }
  return libraries;
}
