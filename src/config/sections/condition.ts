import type { AxisId, MatrixConfig } from "../../model/index.ts";
import { axisById } from "../../axes/index.ts";
import { axisValue } from "../axis-value.ts";
import { shown } from "../explain.ts";
import type { Path } from "../place.ts";
import type { Reader } from "../reader.ts";
import { suggest } from "../suggest.ts";

/**
 * Axis values that pick cells of the matrix. An axis or a value that the matrix does not have picks no cell and is a Problem;
 * `otherwise` says what that would mean: `excludes nothing`, `matches no cell`.
 */
export function readCondition(
  reader: Reader,
  path: Path,
  matrix: MatrixConfig["axes"],
  otherwise: string,
): Readonly<Record<AxisId, string>> | undefined {
  const ids = reader.keys(path, "`- { kv-cache-dtype: fp8 }`");
  const picked = new Map<AxisId, string>();
  for (const id of ids) {
    const at = [...path, id];
    const values = matrix[id];
    if (values === undefined) {
      reader.object(
        at,
        `the matrix has no axis "${id}", so this ${otherwise}`,
        suggest(id, Object.keys(matrix)) ?? "The matrix is empty.",
        "key",
      );
      continue;
    }
    const value = axisValue(reader.value(at), axisById(id));
    // An axis whose own values were refused is told about once.
    if (value !== undefined && (values.includes(value) || values.length === 0)) picked.set(id, value);
    else
      reader.object(
        at,
        `the matrix has no ${id}=${value ?? `(${shown(reader.value(at))})`}, so this ${otherwise}`,
        suggest(value ?? "", values),
      );
  }
  if (ids.length === 0 && isEmptyMap(reader.value(path)))
    reader.object(path, `no axis is named, so this would apply to every cell`, "Write `{ kv-cache-dtype: fp8 }`.");
  return picked.size > 0 && picked.size === ids.length ? Object.fromEntries(picked) : undefined;
}

function isEmptyMap(found: unknown): boolean {
  return typeof found === "object" && found !== null && !Array.isArray(found) && Object.keys(found).length === 0;
}
