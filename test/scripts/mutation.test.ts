import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { EXPLAINED } from '../../scripts/mutation/explained.ts';
import { SUBJECTS } from '../../scripts/mutation/subjects.ts';
import { type Explanation, judgeSurvivors, type MutantOutcome } from '../../scripts/mutation/survivors.ts';

const FILE = 'shared/limits/limits.ts';
const LINE = 'return used < max;';
const CHANGE = 'used < max → used <= max';

const survivor: MutantOutcome = { file: FILE, line: LINE, change: CHANGE, status: 'Survived' };
const killed: MutantOutcome = { file: FILE, line: LINE, change: 'used < max → false', status: 'Killed' };
const explanation: Explanation = { file: FILE, line: LINE, changes: [CHANGE], why: 'used is never max' };

const many = (count: number, outcome: MutantOutcome): MutantOutcome[] => Array.from({ length: count }, () => outcome);

describe('npm run test:mutation', () => {
  it('holds where nine of ten mutants are found and the tenth is explained', () => {
    const verdict = judgeSurvivors([...many(9, killed), survivor], [explanation]);

    expect(verdict).toEqual({
      detected: 9,
      undetected: 1,
      score: 90,
      unexplained: [],
      outdated: [],
      holds: true,
    });
  });

  it('fails below that, although all survivors are explained: explanations raise no score', () => {
    const verdict = judgeSurvivors([...many(8, killed), survivor], [explanation]);

    expect(verdict).toMatchObject({ unexplained: [], outdated: [], holds: false });
    expect(verdict.score).toBeCloseTo(88.9, 1);
  });

  it.each(['Survived', 'NoCoverage'])('fails for a mutant that is not explained, as %s', (status) => {
    const verdict = judgeSurvivors([...many(99, killed), { ...survivor, status }], []);

    expect(verdict).toMatchObject({ score: 99, unexplained: [{ ...survivor, status }], holds: false });
  });

  it.each([
    ['the same change of another line', { ...survivor, line: 'return used < max + 1;' }],
    ['another change of the line', { ...survivor, change: 'used < max → true' }],
    ['the same line of another file', { ...survivor, file: 'shared/limits/rate-limit.ts' }],
  ])('takes no explanation for %s', (_, other) => {
    const verdict = judgeSurvivors([...many(99, killed), survivor, other], [explanation]);

    expect(verdict).toMatchObject({ unexplained: [other], holds: false });
  });

  it.each([
    ['is found by now', [...many(9, killed), { ...survivor, status: 'Killed' }]],
    ['is made no more', many(9, killed)],
  ])('fails for an explanation whose mutant %s', (_, outcomes) => {
    const verdict = judgeSurvivors(outcomes, [explanation]);

    expect(verdict).toMatchObject({ outdated: [{ file: FILE, line: LINE, change: CHANGE }], holds: false });
  });

  it('takes no offence at one that may be found, as long as it is made', () => {
    const atTimes = [{ ...explanation, mayBeFound: true }];
    const [found, gone] = [[killed, { ...survivor, status: 'Killed' }], [killed]];

    expect(judgeSurvivors(found, atTimes)).toMatchObject({ outdated: [], holds: true });
    expect(judgeSurvivors(gone, atTimes)).toMatchObject({ holds: false });
  });

  it('counts a mutant that hangs as found, and one that no test can load not at all', () => {
    const verdict = judgeSurvivors(
      [
        { ...killed, status: 'Timeout' },
        { ...killed, status: 'RuntimeError' },
      ],
      [],
    );

    expect(verdict).toMatchObject({ detected: 1, undetected: 0, score: 100, holds: true });
  });

  it('fails where there was nothing to mutate', () => {
    expect(judgeSurvivors([], [])).toMatchObject({ score: null, holds: false });
  });

  it('has a file behind every pattern, in one subject alone, and every suite that it names', () => {
    const files = SUBJECTS.flatMap((subject) => subject.files.flatMap((pattern) => [globSync(pattern)]));

    expect(files.filter((found) => found.length === 0)).toEqual([]);
    expect(files.flat()).toHaveLength(new Set(files.flat()).size);
    expect(SUBJECTS.flatMap(({ suites }) => suites).filter((suite) => !existsSync(suite))).toEqual([]);
  });

  it('explains lines that are there, of files that are mutated', () => {
    const mutated = SUBJECTS.flatMap((subject) => globSync([...subject.files]));
    const isGone = ({ file, line }: Explanation) =>
      !mutated.includes(file) ||
      !readFileSync(file, 'utf8')
        .split('\n')
        .some((text) => text.trim() === line);

    expect(EXPLAINED.filter(isGone)).toEqual([]);
  });
});
