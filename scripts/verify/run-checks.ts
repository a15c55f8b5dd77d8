/** Something that has to hold before a release. */
export interface Check {
  name: string;
  /** @returns what does not hold; `null` where all does */
  run(): Promise<string | null>;
}

/**
 * Runs checks one after another, also after one that failed, and reports each.
 *
 * @param say prints a line
 * @param nowMs a clock that only moves forward
 * @returns whether all hold
 */
export const runChecks = async (
  checks: readonly Check[],
  { say, nowMs }: { say: (line: string) => void; nowMs: () => number },
): Promise<boolean> => {
  const failed: string[] = [];
  for (const [index, { name, run }] of checks.entries()) {
    say(`[${index + 1}/${checks.length}] ${name} …`);
    const startedAtMs = nowMs();
    const complaint = await run().catch((error: unknown) => String(error));
    const seconds = Math.round((nowMs() - startedAtMs) / 1000);
    if (complaint !== null) failed.push(name);
    say(
      `[${index + 1}/${checks.length}] ${name}: ${complaint === null ? 'passed' : `FAILED: ${complaint}`} (${seconds} s)`,
    );
  }
  const names = failed.length === 0 ? '' : ` (${failed.join(', ')})`;
  say(`together: ${checks.length - failed.length} passed, ${failed.length} failed${names}`);
  return failed.length === 0;
};
