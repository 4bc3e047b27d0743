/** One row of a dataset as it was written, with the line it stands on. */
export interface Written {
  readonly line: number;
  readonly row: Readonly<Record<string, unknown>>;
}

export type Table = { readonly ok: true; readonly rows: readonly Written[] } | { readonly ok: false; readonly reason: string };

/** The rows of a file: JSON Lines, one JSON list, or CSV with a line of names (RFC 4180), told by the ending of its name. */
export function readTable(bytes: Buffer, name: string): Table {
  if (/\.parquet$/i.test(name)) return { ok: false, reason: `${name} is Parquet; JSON Lines, a JSON list and CSV are read` };
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (/\.csv$/i.test(name)) return fromCsv(text, name);
  return text.trimStart().startsWith("[") ? fromList(text, name) : fromLines(text, name);
}

function fromLines(text: string, name: string): Table {
  const rows: Written[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const row = parsed(line);
    if (row === undefined) return { ok: false, reason: `${name}:${i + 1} is no JSON object` };
    rows.push({ line: i + 1, row });
  }
  return { ok: true, rows };
}

function fromList(text: string, name: string): Table {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: `${name} is no JSON: ${(error as Error).message}` };
  }
  const rows = (Array.isArray(list) ? list : []).map((row: unknown, i) => ({ line: i + 1, row: record(row) ?? {} }));
  return { ok: true, rows };
}

function fromCsv(text: string, name: string): Table {
  const [names, ...records] = csvRecords(text);
  if (names === undefined) return { ok: true, rows: [] };
  const ragged = records.find(({ cells }) => cells.length !== names.cells.length);
  if (ragged !== undefined)
    return {
      ok: false,
      reason: `${name}:${ragged.line} has ${ragged.cells.length} cells where the first line names ${names.cells.length}`,
    };
  return {
    ok: true,
    rows: records.map(({ line, cells }) => ({ line, row: Object.fromEntries(names.cells.map((each, i) => [each, cells[i] ?? ""])) })),
  };
}

/** Cells may be quoted, and then hold commas, line ends and doubled quotes. */
function csvRecords(text: string): { line: number; cells: string[] }[] {
  const records: { line: number; cells: string[] }[] = [];
  let line = 1;
  let current: { line: number; cells: string[] } | undefined;
  for (const [whole, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (whole === "" && current === undefined) continue;
    current ??= { line, cells: [] };
    current.cells.push(quoted === undefined ? (bare ?? "") : quoted.replaceAll('""', '"'));
    line += whole.split("\n").length - 1;
    if (end === ",") continue;
    if (current.cells.length > 1 || current.cells[0] !== "") records.push(current);
    current = undefined;
  }
  return records;
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return record(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}
