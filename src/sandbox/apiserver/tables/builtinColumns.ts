import type { Column } from "../kinds/servedKind.js";
import { ageColumn, createdAtColumn, nameColumn } from "./columns.js";
import { clusterColumns } from "./clusterColumns.js";
import { eventColumns } from "./eventColumns.js";
import { networkColumns } from "./networkColumns.js";
import { podColumns } from "./podColumns.js";
import { policyColumns } from "./policyColumns.js";
import { workloadColumns } from "./workloadColumns.js";

const plain: readonly Column[] = [nameColumn, ageColumn];
const created: readonly Column[] = [nameColumn, createdAtColumn];

const columns: Readonly<Record<string, readonly Column[]>> = {
  ...clusterColumns,
  ...networkColumns,
  ...policyColumns,
  ...workloadColumns,
  Event: eventColumns,
  Pod: podColumns,
  ServiceAccount: plain,
  CustomResourceDefinition: created,
  Role: created,
  ClusterRole: created,
};

/** The columns of a built-in kind as users of kubectl know them (kubernetes' printers/internalversion). */
export function builtinColumns(kind: string): readonly Column[] {
  return columns[kind] ?? plain;
}
