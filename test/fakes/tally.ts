const counts = { passed: 0, failed: 0, skipped: 0 };

/** Counts and prints one sentence that must hold. */
export function check(sentence: string, holds: boolean, seen: unknown): void {
  if (holds) counts.passed += 1;
  else counts.failed += 1;
  process.stdout.write(`${holds ? "✓" : "✗"} ${sentence}${holds ? "" : ` — saw ${JSON.stringify(seen)}`}\n`);
}

/** Counts and prints what could not be tried, and why. */
export function skip(reason: string): void {
  counts.skipped += 1;
  process.stdout.write(`○ skipped: ${reason}\n`);
}

/** Prints the counts; their line is what CI reads. */
export function conclude(): void {
  const skipped = counts.skipped === 0 ? "" : `, ${counts.skipped} skipped`;
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
}
