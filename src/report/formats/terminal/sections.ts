import type { ChangeRow, FailureCard, View } from "../../shape.ts";
import { count } from "../../words.ts";
import { bar, scaleOf } from "../bars.ts";
import { command, paragraph, table, WIDTH, type Paint } from "./page.ts";
import { columns as columnsOf, fit, pad } from "./width.ts";

export function matrix({ grid, labels, cells }: View, paint: Paint): readonly string[] {
  if (cells.length + grid.others.length < 2) return [];
  const headOf = (values: readonly string[]): string => values.map((value, i) => `${grid.rowAxes[i] ?? ""} ${value}`).join(", ");
  const side = Math.min(40, Math.max(0, ...grid.rows.map((row) => columnsOf(headOf(row.values))), ...grid.columnAxes.map(columnsOf)));
  const width = Math.max(6, Math.min(20, Math.floor((WIDTH - 2 - side) / Math.max(1, grid.columns.length)) - 2));
  const row = (head: string, texts: readonly string[]): string =>
    `  ${pad(fit(head, side), side)}${texts.map((text) => `  ${pad(fit(text, width), width)}`).join("")}`.trimEnd();
  const heads = grid.columnAxes.map((axis, i) =>
    paint(
      row(
        axis,
        grid.columns.map((values) => values[i] ?? ""),
      ),
      "muted",
    ),
  );
  const rows = grid.rows.flatMap((one) => {
    const head = headOf(one.values);
    const last = one.tiles.length - 1;
    const word = (tile: (typeof one.tiles)[number]): string => fit(`${tile.symbol} ${tile.word}`, width);
    const words = one.tiles.map((tile, i) => paint(`  ${i === last ? word(tile) : pad(word(tile), width)}`, tile.tone)).join("");
    const details = one.tiles.some((tile) => tile.detail !== "")
      ? [
          paint(
            row(
              "",
              one.tiles.map((tile) => tile.detail),
            ),
            "muted",
          ),
        ]
      : [];
    return [`  ${pad(fit(head, side), side)}${words}`, ...details];
  });
  const others = grid.others.flatMap((one) =>
    paragraph(`${one.symbol} ${one.word}${one.detail === "" ? "" : ` (${one.detail})`} ${one.label}`, 2),
  );
  return [...heads, ...rows, ...others, ...(labels === undefined ? [] : paragraph(labels, 2).map((line) => paint(line, "muted")))];
}

export function failures({ failures: cards, recovered }: View, paint: Paint): readonly string[] {
  const broken = cards.slice(0, 12).flatMap((one, i) => [...(i === 0 ? [] : [""]), ...card(one, paint)]);
  const rest = cards.length > 12 ? [`  and ${count(cards.length - 12, "more failure class", "more failure classes")}`] : [];
  return [...broken, ...rest, ...recovered.flatMap((line) => paragraph(line, 2, "✓ ").map((text) => paint(text, "good")))];
}

function card(one: FailureCard, paint: Paint): readonly string[] {
  const cells = one.cells.slice(0, 8).flatMap((cell) => {
    const worker = cell.worker === undefined ? "" : ` (${cell.worker})`;
    return paragraph(`${cell.label}, launch ${cell.launch}: ${cell.happened}${worker}; in the baseline: ${cell.before}`, 4, "- ");
  });
  const lines = (title: string, body: readonly string[]): readonly string[] =>
    body.length === 0 ? [] : [paint(`    ${title}`, "muted"), ...body];
  const quoted = (texts: readonly string[]): readonly string[] => texts.map((text) => `      │ ${fit(text, WIDTH - 8)}`);
  return [
    ...paragraph(`${one.class}: ${one.title} (${one.confidence})`, 2, one.tone === "bad" ? "✗ " : "! ").map((line) =>
      paint(line, one.tone),
    ),
    ...paragraph(one.rootCause, 4),
    ...one.attributions.flatMap((sentence) => paragraph(sentence, 4).map((line) => paint(line, "strong"))),
    ...(one.infra === undefined ? [] : paragraph(`This points at the runner: ${one.infra}`, 4)),
    ...cells,
    ...(one.cells.length > 8 ? [`    and ${one.cells.length - 8} more`] : []),
    ...lines("Proof", quoted(one.evidence.slice(0, 4))),
    ...lines(
      "Try, in this order",
      one.remedies.flatMap((remedy, i) => paragraph(`${remedy.text}${remedy.how === "" ? "" : ` → ${remedy.how}`}`, 6, `${i + 1}. `)),
    ),
    ...lines("Start it by hand", one.reproduce === "" ? [] : command(one.reproduce, 6)),
    ...(one.logTail.length === 0
      ? []
      : paragraph(`Last lines of ${one.cells[0]?.log ?? "its log"}`, 4).map((line) => paint(line, "muted"))),
    ...quoted(one.logTail.slice(-6)),
  ];
}

export function changes({ changes: { rows, baseline, rule, certainty } }: View, paint: Paint): readonly string[] {
  const notable = rows.filter((row) => row.notable);
  const rest = rows.length - Math.min(notable.length, 12);
  const told = notable.length === 0 && rows.length > 0 ? [`  None of the ${count(rows.length, "compared number")} left its margin.`] : [];
  const more = rest > 0 && notable.length > 0 ? [`  ${count(rest, "more compared number")} in the HTML and JSON reports.`] : [];
  return [
    ...paragraph(baseline, 2),
    ...told,
    ...notable.slice(0, 12).flatMap((row, i) => change(row, notable[i - 1], paint)),
    ...(notable.length === 0 ? [] : paragraph(`${rule} ${certainty}`, 2).map((line) => paint(line, "muted"))),
    ...more.map((line) => paint(line, "muted")),
  ];
}

/** Rows of one cell stand under one heading. */
function change(row: ChangeRow, before: ChangeRow | undefined, paint: Paint): readonly string[] {
  const same = before?.cell.id === row.cell.id && before.word === row.word;
  const head = same ? [] : paragraph(`${row.word}: ${row.cell.label}`, 2, `${row.symbol} `).map((line) => paint(line, row.tone));
  return [...head, ...paragraph(`${row.title}, ${row.workload}: ${row.values}, ${row.change} (${row.interval}), n ${row.n}`, 4)];
}

export function accuracy({ accuracy: { rows } }: View, paint: Paint): readonly string[] {
  return table(
    [
      { title: "cell" },
      { title: "questions" },
      { title: "base → head", align: "right" },
      { title: "interval", align: "right" },
      { title: "verdict" },
    ],
    rows
      .slice(0, 40)
      .map((row) => [
        [row.cell.label, row.launch].filter((part) => part !== "").join(", "),
        row.metric === "accuracy" ? row.workload : `${row.title}, ${row.workload}`,
        row.measured.text,
        row.interval,
        row.word,
      ]),
    paint,
    rows.map((row) => row.tone),
  );
}

/** Grouped by cell: its name once, then a line per workload. Columns carry the metrics' own tags, which are short. */
export function throughput({ throughput: { columns, rows } }: View, paint: Paint): readonly string[] {
  const shown = columns.slice(0, 4);
  const most = rows.slice(0, 60);
  const lines = table(
    [
      { title: "" },
      { title: "workload" },
      { title: "numbers" },
      ...shown.map((column) => ({ title: column.metric, align: "right" as const })),
    ],
    most.map((row) => ["  ", row.workload, row.validity, ...shown.map((_, i) => row.values[i]?.text ?? "not measured")]),
    paint,
    most.map((row) => row.tone),
  );
  const name = (i: number): string => [most[i]?.cell.label ?? "", most[i]?.launch ?? ""].filter((part) => part !== "").join(", ");
  const body = lines.flatMap((line, i) =>
    i === 0 || (i > 1 && name(i - 1) === name(i - 2)) ? [line] : [...paragraph(name(i - 1), 2), line],
  );
  const doubts = [
    ...new Set(
      rows
        .filter((row) => row.validity !== "valid")
        .map((row) => `${row.validity}: ${row.reasons.join("; ") || "the client did not say why"}`),
    ),
  ];
  const rest = rows.length > most.length ? [`  and ${count(rows.length - most.length, "more row")}`] : [];
  return [...body, ...rest, ...doubts.slice(0, 6).flatMap((line) => paragraph(line, 2, "! ").map((text) => paint(text, "warn")))];
}

export function startup({ timelines }: View, paint: Paint): readonly string[] {
  const shown = timelines.slice(0, 24);
  const scale = scaleOf(shown);
  const lines = shown.flatMap((one) => [
    ...paragraph(`${one.cell.label}${one.launches > 1 ? `, launch ${one.launch}` : ""}: ${one.end}`, 2),
    paint(`    ${bar(one, scale, WIDTH - 6)}`, one.tone),
  ]);
  return [
    ...lines,
    ...(timelines.length > shown.length ? [`  and ${count(timelines.length - shown.length, "more launch", "more launches")}`] : []),
  ];
}

export function settings({ settings: rows }: View, paint: Paint): readonly string[] {
  if (rows.length === 0) return [];
  const odd = rows.filter((row) => row.effect === "fallback" || row.effect === "inert");
  const n = (effect: string): number => rows.filter((row) => row.effect === effect).length;
  return [
    ...odd
      .slice(0, 12)
      .flatMap((row) => [
        ...paragraph(
          `${row.effect}: ${row.axis} asked ${row.requested}, resolved ${row.resolved}, in ${row.cell.label}`,
          2,
          `${row.symbol} `,
        ).map((line) => paint(line, row.tone)),
        `    │ ${fit(row.evidence, WIDTH - 6)}`,
        ...(row.because === undefined ? [] : paragraph(`because ${row.because}`, 4)),
      ]),
    ...paragraph(`${n("as requested")} took effect, ${n("unverifiable")} cannot be proved, ${odd.length} did not take effect.`, 2),
  ];
}

export function gates({ gates: all }: View, paint: Paint): readonly string[] {
  if (all.length === 0) return ["  No gates were set, so no number could fail this run."];
  return all.flatMap((gate) => [
    ...paragraph(`${gate.word}: ${gate.text}`, 2, `${gate.symbol} `).map((line) => paint(line, gate.tone)),
    ...paragraph(gate.worst, 6),
  ]);
}

export function checklist({ checklists }: View, paint: Paint): readonly string[] {
  return checklists.slice(0, 24).flatMap((one) => {
    const marks = one.points.map((point) => paint(point.symbol, point.tone)).join(" ");
    const [first, ...odd] = one.points.filter((point) => point.status !== "passed");
    const also = odd.length === 0 ? "" : `; then ${odd.map((point) => `${point.title} (${point.status})`).join(", ")}`;
    return [
      `  ${marks}  ${fit(`${one.passed} of ${one.points.length}  ${one.cell.label}, launch ${one.launch}`, WIDTH - 16)}`,
      ...(first === undefined ? [] : paragraph(`${first.title}: ${first.status}, ${fit(first.detail, 200)}${also}`, 6)),
    ];
  });
}
