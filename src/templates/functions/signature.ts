import type { Budget } from "../budget.js";
import { executeFault } from "../error.js";
import type { Slot, TemplateList, TemplateValue } from "../value.js";
import { isList, kindName, TemplateMap } from "../value.js";

/** What a parameter takes; literals are typed by it. */
export type ParamKind = "any" | "string" | "int" | "float" | "bool" | "map" | "list";

/** A typed parameter: `decode` turns an argument into its type or throws a fault. */
export interface Param<T> {
  readonly kind: ParamKind;
  decode(value: Slot, position: number): T;
}

/** A function of templates. `most` is Infinity for variadic ones. */
export interface TemplateFunction {
  readonly least: number;
  readonly most: number;
  paramKind(index: number): ParamKind;
  call(args: readonly Slot[], budget: Budget): TemplateValue;
}

function mismatch(kind: string, value: Slot, position: number): Error {
  return executeFault(`argument ${position} must be a ${kind}, not ${kindName(value)}`);
}

export const any: Param<TemplateValue> = { kind: "any", decode: (value) => value ?? null };

export const text: Param<string> = {
  kind: "string",
  decode(value, position) {
    if (typeof value === "string") return value;
    throw mismatch("string", value, position);
  },
};

export const int: Param<bigint> = {
  kind: "int",
  decode(value, position) {
    if (typeof value === "bigint") return value;
    throw mismatch("whole number", value, position);
  },
};

export const float: Param<number> = {
  kind: "float",
  decode(value, position) {
    if (typeof value === "number") return value;
    throw mismatch("float", value, position);
  },
};

export const bool: Param<boolean> = {
  kind: "bool",
  decode(value, position) {
    if (typeof value === "boolean") return value;
    throw mismatch("bool", value, position);
  },
};

/** A map; Go's invalid value stands for the nil map, which reads as empty. */
export const map: Param<TemplateMap> = {
  kind: "map",
  decode(value, position) {
    if (value instanceof TemplateMap) return value;
    if (value === undefined) return new TemplateMap();
    throw mismatch("map", value, position);
  },
};

/** A map that can be written to: the nil map cannot. */
export const fullMap: Param<TemplateMap> = {
  kind: "map",
  decode(value, position) {
    if (value instanceof TemplateMap) return value;
    throw mismatch("map", value, position);
  },
};

export const list: Param<TemplateList> = {
  kind: "list",
  decode(value, position) {
    if (isList(value)) return value;
    throw mismatch("list", value, position);
  },
};

/** A function of one argument. */
export function one<A>(a: Param<A>, run: (a: A, budget: Budget) => TemplateValue): TemplateFunction {
  return { least: 1, most: 1, paramKind: () => a.kind, call: (args, budget) => run(a.decode(args[0], 1), budget) };
}

/** A function of two arguments. */
export function two<A, B>(
  a: Param<A>,
  b: Param<B>,
  run: (a: A, b: B, budget: Budget) => TemplateValue,
): TemplateFunction {
  return {
    least: 2,
    most: 2,
    paramKind: (index) => (index === 0 ? a.kind : b.kind),
    call: (args, budget) => run(a.decode(args[0], 1), b.decode(args[1], 2), budget),
  };
}

/** A function of three arguments. */
export function three<A, B, C>(
  a: Param<A>,
  b: Param<B>,
  c: Param<C>,
  run: (a: A, b: B, c: C, budget: Budget) => TemplateValue,
): TemplateFunction {
  const kinds = [a.kind, b.kind, c.kind] as const;
  return {
    least: 3,
    most: 3,
    paramKind: (index) => kinds[index] ?? c.kind,
    call: (args, budget) => run(a.decode(args[0], 1), b.decode(args[1], 2), c.decode(args[2], 3), budget),
  };
}

/** A function of any number of arguments. */
export function many<R>(r: Param<R>, run: (rest: readonly R[], budget: Budget) => TemplateValue): TemplateFunction {
  return {
    least: 0,
    most: Infinity,
    paramKind: () => r.kind,
    call: (args, budget) => run(rest(r, args, 0), budget),
  };
}

/** A function of one argument and any number of others. */
export function oneMany<A, R>(
  a: Param<A>,
  r: Param<R>,
  run: (a: A, rest: readonly R[], budget: Budget) => TemplateValue,
): TemplateFunction {
  return {
    least: 1,
    most: Infinity,
    paramKind: (index) => (index === 0 ? a.kind : r.kind),
    call: (args, budget) => run(a.decode(args[0], 1), rest(r, args, 1), budget),
  };
}

/** A function of two arguments and any number of others. */
export function twoMany<A, B, R>(
  a: Param<A>,
  b: Param<B>,
  r: Param<R>,
  run: (a: A, b: B, rest: readonly R[], budget: Budget) => TemplateValue,
): TemplateFunction {
  const kinds = [a.kind, b.kind] as const;
  return {
    least: 2,
    most: Infinity,
    paramKind: (index) => kinds[index] ?? r.kind,
    call: (args, budget) => run(a.decode(args[0], 1), b.decode(args[1], 2), rest(r, args, 2), budget),
  };
}

function rest<R>(param: Param<R>, args: readonly Slot[], from: number): readonly R[] {
  const decoded: R[] = [];
  for (let i = from; i < args.length; i += 1) decoded.push(param.decode(args[i], i + 1));
  return decoded;
}
