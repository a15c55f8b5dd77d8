import { describe, expect, it } from '@jest/globals';
import { inParts } from '../../scripts/command/scan-table.ts';

describe('work on the rows of a table', () => {
  it('goes on with some at a time, in their order', async () => {
    const begun: number[] = [];
    let underWay = 0;
    let most = 0;

    await inParts([1, 2, 3, 4, 5], {
      atOnce: 2,
      work: async (one) => {
        begun.push(one);
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise(setImmediate);
        underWay -= 1;
      },
    });

    expect([begun, most, underWay]).toEqual([[1, 2, 3, 4, 5], 2, 0]);
  });

  it('stops at one that fails, once the others of its part have ended', async () => {
    const begun: number[] = [];
    const ended: number[] = [];

    const working = inParts([1, 2, 3, 4, 5], {
      atOnce: 3,
      work: async (one) => {
        begun.push(one);
        if (one === 2) throw new Error('the table is throttled');
        await new Promise(setImmediate);
        ended.push(one);
      },
    });

    await expect(working).rejects.toThrow('the table is throttled');
    expect([begun, ended]).toEqual([
      [1, 2, 3],
      [1, 3],
    ]);
  });
});
