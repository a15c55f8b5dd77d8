import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CONTESTS } from '../../bench/peers/contests.ts';
import { readPeerArguments } from '../../bench/peers/read-arguments.ts';
import { contestReport } from '../../bench/peers/report-contests.ts';

const contest = { name: 'sign-in', atMost: 1, signatures: 1, differs: 'Ours signs.' };

/** Five rounds that agree. @param ours CPU with its signature of 1 ms */
const pairs = (theirs: number, ours: number, wobble = 0) =>
  [-2, -1, 0, 1, 2].map((round) => ({
    there: { cpuMs: theirs, hashMs: 10, signMs: 0 },
    here: { cpuMs: ours * (1 + wobble * round), hashMs: 10, signMs: 1 },
  }));

describe('the comparison with a peer', () => {
  it('holds ours less its signature against theirs, and names what was left out', () => {
    const { lines, exitCode } = contestReport([{ contest, pairs: pairs(12, 11.8) }]);

    expect(lines[2]?.split(/ {2,}/)).toEqual([
      'sign-in',
      '12.00',
      '11.80',
      '1.00',
      '10.00',
      '10.00',
      '0.90',
      '0.90 – 0.90',
      '1.00',
      'met',
    ]);
    expect(lines.at(-1)).toBe('sign-in: Ours signs.');
    expect(exitCode).toBe(0);
  });

  it.each([
    [1, 'missed', 14, 0],
    [3, 'too noisy', 13, 0.2],
  ])('ends with status %d where the target is %s', (status, verdict, ours, wobble) => {
    const { lines, exitCode } = contestReport([{ contest, pairs: pairs(12, ours, wobble) }]);

    expect(lines[2]?.endsWith(verdict)).toBe(true);
    expect(exitCode).toBe(status);
  });

  it('has every act once, and leaves signatures out at sign-ins alone', () => {
    const names = CONTESTS.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    expect(CONTESTS.filter(({ signatures }) => signatures > 0).map(({ name }) => name)).toEqual([
      'sign-in',
      'sign-in + TOTP',
    ]);
  });

  it('hashes with the parameters that the service hashes with', () => {
    const peer = readFileSync(new URL('../../bench/peers/better-auth.mjs', import.meta.url), 'utf8');

    expect(peer).toContain('memoryCost: 19_456, timeCost: 2, parallelism: 1');
  });

  it('has a lock file that names no host, and packages of its own that nothing deployed needs', () => {
    const folder = new URL('../../bench/peers/', import.meta.url);
    const { dependencies } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
    const root = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

    expect(readFileSync(new URL('package-lock.json', folder), 'utf8')).not.toMatch(/https?:\/\/[^"]*\.tgz/);
    expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
    expect({ ...root.dependencies, ...root.devDependencies }).not.toHaveProperty('better-auth');
    expect(existsSync(new URL('.npmrc', folder))).toBe(true);
  });
});

describe('the command line of the comparison with a peer', () => {
  const read = (...args: string[]) => readPeerArguments(args, ['reset', 'sign-in']);

  it('compares every act for nine rounds where nothing else is said', () => {
    expect(read()).toEqual({ acts: null, rounds: 9 });
    expect(read('--acts', 'reset, sign-in', '--rounds', '5')).toEqual({ acts: ['reset', 'sign-in'], rounds: 5 });
    expect(read('--help')).toBeNull();
  });

  it.each([
    [['--acts', 'sign-out'], 'nothing is measured under sign-out; there are reset, sign-in'],
    [['--rounds', '4'], '--rounds is "4": give a number from 5 to 99'],
    [['--rounds', '5.5'], '--rounds is 5.5: give a whole number'],
    [['--against', 'main'], "Unknown option '--against'"],
  ])('refuses %j', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});
