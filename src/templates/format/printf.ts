import type { Budget } from "../budget.js";
import { TextBuilder } from "../budget.js";
import { executeFault } from "../error.js";
import { byteLength, runesOf } from "../text.js";
import type { TemplateList, TemplateValue } from "../value.js";
import { isList, TemplateMap } from "../value.js";
import type { Flags } from "./flags.js";
import { noFlags, pad } from "./flags.js";
import { formatFloatVerb, formatInt } from "./number.js";
import { canBackquote, quoteText } from "./quote.js";

/** Widths and precisions beyond this are refused, as in Go. */
const largest = 1_000_000;

/** fmt.Sprintf with Go's verbs, flags, widths, precisions and argument indexes. */
export function sprintf(format: string, args: readonly TemplateValue[], budget: Budget): string {
  return new Printer(format, args, budget).run();
}

/** The name of a value's type as %T prints it. */
export function goType(value: TemplateValue): string {
  if (value === null) return "<nil>";
  switch (typeof value) {
    case "bigint":
      return "int";
    case "number":
      return "float64";
    case "boolean":
      return "bool";
    case "string":
      return "string";
    case "object":
      return isList(value) ? "[]interface {}" : mapType(value);
    default:
      return "func()";
  }
}

function mapType(value: TemplateMap): string {
  return value.absent === null ? "map[string]interface {}" : "map[string]string";
}

class Printer {
  readonly #out: TextBuilder;
  #flags: Flags = noFlags();
  #at = 0;
  #arg = 0;
  #reordered = false;
  #goodIndex = true;
  #afterIndex = false;

  constructor(
    private readonly format: string,
    private readonly args: readonly TemplateValue[],
    private readonly budget: Budget,
  ) {
    this.#out = new TextBuilder(budget);
  }

  run(): string {
    while (this.#at < this.format.length) {
      const percent = this.format.indexOf("%", this.#at);
      const end = percent < 0 ? this.format.length : percent;
      if (end > this.#at) this.#out.add(this.format.slice(this.#at, end));
      this.#at = end;
      if (percent >= 0) {
        this.#at += 1;
        this.#directive();
      }
    }
    this.#extra();
    return this.#out.text;
  }

  #directive(): void {
    this.budget.step();
    this.#reset();
    this.#readFlags();
    this.#readIndex();
    this.#readWidth();
    this.#readPrecision();
    if (!this.#afterIndex) this.#readIndex();
    const verb = this.#nextRune();
    if (verb === "") this.#out.add("%!(NOVERB)");
    else if (verb === "%") this.#out.add("%");
    else if (!this.#goodIndex) this.#out.add(`%!${verb}(BADINDEX)`);
    else if (this.#arg >= this.args.length) this.#out.add(`%!${verb}(MISSING)`);
    else this.#print(verb);
  }

  #reset(): void {
    this.#flags = noFlags();
    this.#goodIndex = true;
    this.#afterIndex = false;
  }

  #print(verb: string): void {
    if (verb === "v" || verb === "w") {
      this.#flags.goSyntax = this.#flags.sharp;
      this.#flags.sharp = false;
      this.#flags.plus = false;
    }
    const arg = this.args[this.#arg] ?? null;
    this.#arg += 1;
    if (arg === null) this.#out.add(verb === "T" || verb === "v" ? this.#pad("<nil>") : `%!${verb}(<nil>)`);
    else if (verb === "T") this.#out.add(this.#pad(this.#cut(goType(arg))));
    else if (verb === "p" && typeof arg === "object") throw executeFault("%p is not supported: values have no address");
    else this.#value(arg, verb, 0);
  }

  #readFlags(): void {
    for (; this.#at < this.format.length; this.#at += 1) {
      switch (this.format.charAt(this.#at)) {
        case "#":
          this.#flags.sharp = true;
          break;
        case "0":
          this.#flags.zero = true;
          break;
        case "+":
          this.#flags.plus = true;
          break;
        case "-":
          this.#flags.minus = true;
          break;
        case " ":
          this.#flags.space = true;
          break;
        default:
          return;
      }
    }
  }

  /** `[n]`: the next operand is the n-th. */
  #readIndex(): void {
    this.#afterIndex = false;
    if (this.format.charAt(this.#at) !== "[") return;
    this.#reordered = true;
    const close = this.format.indexOf("]", this.#at);
    if (close < 0) {
      this.#goodIndex = false;
      this.#at += 1;
      return;
    }
    const inside = this.format.slice(this.#at + 1, close);
    this.#at = close + 1;
    const index = /^\d{1,7}$/.test(inside) ? Number(inside) - 1 : -1;
    if (index >= 0 && index < this.args.length) {
      this.#arg = index;
      this.#afterIndex = true;
    } else {
      this.#goodIndex = false;
      this.#afterIndex = /^\d{1,7}$/.test(inside);
    }
  }

  #readWidth(): void {
    if (this.format.charAt(this.#at) === "*") {
      this.#at += 1;
      const width = this.#intArg();
      if (width === undefined) this.#out.add("%!(BADWIDTH)");
      else if (width < 0) {
        this.#flags.minus = true;
        this.#flags.zero = false;
      }
      this.#flags.width = width === undefined ? undefined : Math.abs(width);
      this.#afterIndex = false;
      return;
    }
    this.#flags.width = this.#number();
    if (this.#afterIndex && this.#flags.width !== undefined) this.#goodIndex = false;
  }

  #readPrecision(): void {
    if (this.format.charAt(this.#at) !== "." || this.#at + 1 >= this.format.length) return;
    this.#at += 1;
    if (this.#afterIndex) this.#goodIndex = false;
    this.#readIndex();
    if (this.format.charAt(this.#at) === "*") {
      this.#at += 1;
      const precision = this.#intArg();
      this.#flags.precision = precision !== undefined && precision < 0 ? undefined : precision;
      if (this.#flags.precision === undefined) this.#out.add("%!(BADPREC)");
      this.#afterIndex = false;
    } else this.#flags.precision = this.#number() ?? 0;
  }

  /** A decimal number at the place; one too large swallows the rest of the format, as in Go. */
  #number(): number | undefined {
    const digits = /^\d*/.exec(this.format.slice(this.#at, this.#at + 12))?.[0] ?? "";
    if (digits === "") return undefined;
    if (Math.floor(Number(digits) / 10) > largest) {
      this.#at = this.format.length;
      return undefined;
    }
    this.#at += digits.length;
    return Number(digits);
  }

  #intArg(): number | undefined {
    if (this.#arg >= this.args.length) return undefined;
    const value = this.args[this.#arg];
    this.#arg += 1;
    if (typeof value !== "bigint" || value > BigInt(largest) || value < BigInt(-largest)) return undefined;
    return Number(value);
  }

  #nextRune(): string {
    const code = this.format.codePointAt(this.#at);
    const rune = code === undefined ? "" : String.fromCodePoint(code);
    this.#at += rune.length;
    return rune;
  }

  /** Operands that no verb took. */
  #extra(): void {
    if (this.#reordered || this.#arg >= this.args.length) return;
    this.#flags = noFlags();
    this.#out.add("%!(EXTRA ");
    this.args.slice(this.#arg).forEach((arg, i) => {
      if (i > 0) this.#out.add(", ");
      this.#typed(arg);
    });
    this.#out.add(")");
  }

  #typed(value: TemplateValue): void {
    if (value === null) this.#out.add("<nil>");
    else {
      this.#out.add(`${goType(value)}=`);
      this.#value(value, "v", 0);
    }
  }

  #badVerb(value: TemplateValue, verb: string): void {
    this.#out.add(`%!${verb}(`);
    this.#typed(value);
    this.#out.add(")");
  }

  #value(value: TemplateValue, verb: string, level: number): void {
    if (isList(value)) this.#list(value, verb, level);
    else if (value instanceof TemplateMap) this.#map(value, verb, level);
    else {
      const text = this.#scalar(value, verb);
      if (text === undefined) this.#badVerb(value, verb);
      else this.#out.add(text);
    }
  }

  #scalar(value: Exclude<TemplateValue, TemplateList | TemplateMap>, verb: string): string | undefined {
    if (value === null) return this.#flags.goSyntax ? "interface {}(nil)" : "<nil>";
    switch (typeof value) {
      case "bigint":
        return formatInt(value, verb, this.#flags, this.budget);
      case "number":
        return formatFloatVerb(value, verb, this.#flags, this.budget);
      case "string":
        return this.#text(value, verb);
      case "boolean":
        return verb === "t" || verb === "v" ? this.#pad(String(value)) : undefined;
      default:
        throw executeFault("a function cannot be printed: it has to be called");
    }
  }

  #text(value: string, verb: string): string | undefined {
    switch (verb) {
      case "v":
      case "s":
        return this.#pad(this.#flags.goSyntax ? quoteText(this.#cut(value), '"', false) : this.#cut(value));
      case "q": {
        const cut = this.#cut(value);
        const raw = this.#flags.sharp && canBackquote(cut);
        return this.#pad(raw ? `\`${cut}\`` : quoteText(cut, '"', this.#flags.plus));
      }
      case "x":
      case "X":
        return this.#hexText(value, verb);
      default:
        return undefined;
    }
  }

  /** The precision of a text is its greatest number of characters. */
  #cut(value: string): string {
    const { precision } = this.#flags;
    return precision === undefined || value.length <= precision ? value : runesOf(value).slice(0, precision).join("");
  }

  #hexText(value: string, verb: "x" | "X"): string {
    const { precision, space, sharp } = this.#flags;
    const length = Math.min(byteLength(value), precision ?? Infinity);
    this.budget.text(length * 5);
    const bytes = Buffer.from(value, "utf8").subarray(0, length).toString("hex");
    const pairs = space ? (bytes.match(/../g) ?? []) : bytes === "" ? [] : [bytes];
    const text = pairs.map((pair) => (sharp ? `0x${pair}` : pair)).join(" ");
    return this.#pad(verb === "X" ? text.toUpperCase() : text);
  }

  #list(value: TemplateList, verb: string, level: number): void {
    this.budget.level(level);
    const { goSyntax } = this.#flags;
    this.#out.add(goSyntax ? `${goType(value)}{` : "[");
    value.forEach((item, i) => {
      if (i > 0) this.#out.add(goSyntax ? ", " : " ");
      this.#value(item, verb, level + 1);
    });
    this.#out.add(goSyntax ? "}" : "]");
  }

  #map(value: TemplateMap, verb: string, level: number): void {
    this.budget.level(level);
    const { goSyntax } = this.#flags;
    this.#out.add(goSyntax ? `${goType(value)}{` : "map[");
    this.budget.step(value.work);
    value.keys().forEach((key, i) => {
      if (i > 0) this.#out.add(goSyntax ? ", " : " ");
      this.#value(key, verb, level + 1);
      this.#out.add(":");
      this.#value(value.get(key) ?? null, verb, level + 1);
    });
    this.#out.add(goSyntax ? "}" : "]");
  }

  #pad(text: string): string {
    return pad(text, this.#flags, this.budget);
  }
}
