import { describe, expect, it } from '@jest/globals';
import { CORES, onCores, parseCoreList } from '../../bench/cores.ts';

describe('cores', () => {
  it.each([
    ['0', [0]],
    ['0-3', [0, 1, 2, 3]],
    ['2,5-6,9\n', [2, 5, 6, 9]],
  ])('are read as Linux lists them: %j', (text, cores) => {
    expect(parseCoreList(text)).toEqual(cores);
  });

  it('are all ones that this process may use', () => {
    expect(CORES.all).toEqual(expect.arrayContaining([...CORES.measured, ...CORES.load]));
  });

  it('are named before a command, which stays as it is', () => {
    expect(onCores([1, 3], ['node', '-e', '1']).slice(-3)).toEqual(['node', '-e', '1']);
  });
});
