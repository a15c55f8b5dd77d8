import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CannotCompare } from './against/cannot-compare.ts';
import { stopTargets, TargetFailed } from './start-target.ts';

/** What a benchmark's command gets. */
export interface BenchmarkTools {
  /** A directory that is removed at the end. */
  scratch: string;
  /** Prints a line about the progress. */
  say(line: string): void;
  /** Registers cleanup that runs however the process ends. */
  atEnd(act: () => void): void;
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Reads a command line, or ends the process: with the usage where help is asked for, with 2 where it is wrong. */
export const readOrExit = <Arguments>(read: (args: string[]) => Arguments | null, usage: string): Arguments => {
  try {
    const asked = read(process.argv.slice(2));
    if (asked !== null) return asked;
  } catch (error) {
    console.error(`${said(error)}\n\n${usage}`);
    process.exit(2);
  }
  console.log(usage);
  process.exit(0);
};

/**
 * Runs a benchmark, and ends the process with its exit code. Cleanup runs at every end, Ctrl-C included, so that no process
 * or file is left behind.
 */
export const runBenchmark = async (run: (tools: BenchmarkTools) => Promise<number>): Promise<never> => {
  const scratch = mkdtempSync(join(tmpdir(), 'keyturn-bench-'));
  const atTheEnd = [() => rmSync(scratch, { recursive: true, force: true })];
  process.on('exit', () => {
    stopTargets();
    for (const act of atTheEnd.toReversed()) act();
  });
  process.on('SIGINT', () => process.exit(130)).on('SIGTERM', () => process.exit(143));
  try {
    process.exitCode = await run({
      scratch,
      say: (line) => void process.stderr.write(`${line}\n`),
      atEnd: (act) => void atTheEnd.push(act),
    });
  } catch (error) {
    if (!(error instanceof CannotCompare || error instanceof TargetFailed)) throw error;
    console.error(error.message);
    process.exitCode = error instanceof CannotCompare ? error.exitCode : 1;
  }
  process.exit();
};
