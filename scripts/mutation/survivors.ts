/** What became of one mutant, as Stryker tells it. */
export interface MutantOutcome {
  /** Relative to the project. */
  file: string;
  /** The whole line in which the mutated code begins, without its indentation. */
  line: string;
  /** The mutated code and what took its place. */
  change: string;
  /** Stryker's word. */
  status: string;
}

/** Why no test can or should tell a mutant from the code as it is. */
export interface Explanation {
  file: string;
  line: string;
  /** One or more changes of that line, all survivors for the same reason. */
  changes: readonly string[];
  why: string;
  /** Whether it may be found as well, because that depends on what has run before in the same process. */
  mayBeFound?: boolean;
}

/** The least share of detected mutants, in per cent, of each subject. */
export const LEAST_SCORE = 90;

/** Found by a test that failed, or that did not come to its end. */
const DETECTED = ['Killed', 'Timeout'];

/** Mutants that change nothing which a test could find. */
const UNDETECTED = ['Survived', 'NoCoverage'];

/** What a run has shown. */
export interface Verdict {
  /** Of all valid mutants, explained ones included. */
  detected: number;
  undetected: number;
  /** In per cent; `null` where there was no mutant. */
  score: number | null;
  /** Survivors that no explanation names. */
  unexplained: MutantOutcome[];
  /** Changes that are explained and did not survive, or that no mutant makes any more. */
  outdated: Omit<MutantOutcome, 'status'>[];
  holds: boolean;
}

const identity = ({ file, line, change }: Omit<MutantOutcome, 'status'>): string =>
  JSON.stringify([file, line, change]);

/** Code on one line, as explanations quote it. */
export const quoted = (code: string): string => code.replaceAll(/\s+/g, ' ').trim();

/**
 * Holds the outcomes of a run against what is explained.
 *
 * @param explanations of the mutated files
 */
export const judgeSurvivors = (outcomes: readonly MutantOutcome[], explanations: readonly Explanation[]): Verdict => {
  const detected = outcomes.filter(({ status }) => DETECTED.includes(status)).length;
  const survivors = outcomes.filter(({ status }) => UNDETECTED.includes(status));
  const valid = detected + survivors.length;
  const score = valid === 0 ? null : (100 * detected) / valid;
  const explained = explanations.flatMap(({ file, line, changes, mayBeFound = false }) =>
    changes.map((change) => ({ mutant: { file, line, change }, mayBeFound })),
  );
  const named = new Set(explained.map(({ mutant }) => identity(mutant)));
  const surviving = new Set(survivors.map(identity));
  const made = new Set(outcomes.map(identity));
  const unexplained = survivors.filter((survivor) => !named.has(identity(survivor)));
  const outdated = explained
    .filter(({ mutant, mayBeFound }) => !(mayBeFound ? made : surviving).has(identity(mutant)))
    .map(({ mutant }) => mutant);
  const holds = score !== null && score >= LEAST_SCORE && unexplained.length === 0 && outdated.length === 0;
  return { detected, undetected: survivors.length, score, unexplained, outdated, holds };
};
