import type { Schema } from "../schema.js";
import { struct, text } from "./notation.js";

export const localObjectReference: Schema = struct({ name: text }, { atomic: true });

export const objectReference: Schema = struct(
  { apiVersion: text, fieldPath: text, kind: text, name: text, namespace: text, resourceVersion: text, uid: text },
  { atomic: true },
);
