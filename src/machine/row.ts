/** One thing looked at, and what to do about it. */
export interface DoctorRow {
  readonly id: string;
  readonly title: string;
  /** `unknown` when it could not be looked at; that is never clean. */
  readonly status: "ok" | "warn" | "fail" | "unknown";
  readonly found: string;
  readonly wanted: string;
  readonly why: string;
  readonly fix: string;
}

/** What a row says whatever was found. */
export type RowText = Omit<DoctorRow, "status" | "found">;

const GIB = 1024 ** 3;

/** `12.3 GiB`. */
export function gibibytes(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
