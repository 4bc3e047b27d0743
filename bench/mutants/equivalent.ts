/** Mutants that mean the same as the source, each with its proof. They leave the score only by this list. */
export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: "src/stats/correction.ts",
    text: "1);\n  let least",
    to: "(undefined as never)",
    proof: "`order` is a permutation of the indices, so every entry is written over before it is read.",
  },
  {
    file: "src/stats/normal.ts",
    text: "< 0 ? upperTail(-z)",
    to: "<=",
    proof: "At 0 both sides are 1/2, since `centre(0)` is 0.",
  },
  {
    file: "src/stats/student.ts",
    text: "< df) return 0.5",
    to: "<=",
    proof: "At t² = df both are the same number by I_x(a, b) = 1 − I_{1−x}(b, a), DLMF 8.17.4.",
  },
  {
    file: "src/judge/limit.ts",
    text: "value === undefined || limit === undefined) return false",
    to: "false",
    proof: "A comparison with `undefined` is false, as is what would have been returned.",
  },
  {
    file: "src/judge/cell.ts",
    text: '"launch", "launches")}`;\n    return { ...told, class: "flaky"',
    to: '""',
    proof: "At least one launch failed and fewer than all, so there are two or more and the word for one is never taken.",
  },
  {
    file: "src/judge/cell.ts",
    text: '""}` };\n  }\n  const word',
    to: '"mutant"',
    proof: "Every failed launch has `diagnosis.infra` there, and the first is one of them.",
  },
];

export interface Equivalent {
  readonly file: string;
  /** How the source goes on from where it is changed. */
  readonly text: string;
  readonly to: string;
  readonly proof: string;
}
