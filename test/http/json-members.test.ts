import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { findMemberFault } from '../../shared/http/json-members.ts';

describe('json-members', () => {
  it('finds no fault in anything that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        fc.pre(!text.includes('__proto__'));
        expect(findMemberFault(text)).toBeNull();
      }),
      { numRuns: 500, seed: 20261121 },
    );
  });

  /** @asvs 1.5.2, 15.3.7 */
  it('finds a member that was put in twice, wherever that is', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 10 }).filter((one) => one !== '__proto__');

    fc.assert(
      fc.property(name, fc.json(), fc.json(), (member, before, after) => {
        fc.pre(!`${before}${after}`.includes('__proto__'));
        const key = JSON.stringify(member);
        const text = `{"a":[${before}],"b":{"c":[{${key}:${before},${key}:${after}}]}}`;
        expect(findMemberFault(text)).toEqual({ member, fault: 'duplicate' });
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });

  it('finds text that is no Unicode text wherever it is, as a value or as a name, and names the outermost member', () => {
    const wellFormed = fc.string({ unit: 'binary', maxLength: 10 }); // whole code points
    const half = fc.constantFrom('\ud83d', '\ude00');

    fc.assert(
      fc.property(wellFormed, half, wellFormed, fc.boolean(), (before, surrogate, after, isName) => {
        const text = JSON.stringify(`${before}${surrogate}${after}`);
        const fault = findMemberFault(`{"x":1,"a":[{"b":${isName ? `{${text}:1}` : text}}],"c":2}`);
        expect(fault).toEqual({ member: 'a', fault: 'ill-formed' });
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });

  it.each([
    '9007199254740993',
    '1e400',
    '-1e400',
    '1e-400',
    '0.12345678901234567890',
    '123456789012345678',
    '4.9406564584124654e-324123',
    '3.141592653589793238',
    '0.12345678901234567',
    '9007199254740993.0',
    '1.0e400',
  ])('finds the number %s, which would become another, and names the outermost member', (number) => {
    const fault = { member: 'b', fault: 'inexact' };

    expect(findMemberFault(`{"a":1,"b":${number},"c":2}`)).toEqual(fault);
    expect(findMemberFault(`{"a":[1],"b":{"c":[{"d":[0,${number}]}]}}`)).toEqual(fault);
    expect(findMemberFault(`{"a":"${number}"}`)).toBeNull();
  });

  it.each([
    '0',
    '-0',
    '0.0',
    '1.0',
    '100',
    '1e2',
    '1E+2',
    '0.1',
    '1e300',
    '-1e-300',
    '9007199254740992',
    '123456789012345680000',
    '5e-324',
    '1.50000000000000000000',
    '0.10000000000000001',
    '48.208174300000003',
    '-1.6399999999999999E+1',
  ])('takes the number %s, which stays what it is', (number) => {
    expect(findMemberFault(`{"a":[${number}]}`)).toBeNull();
  });

  it('takes every fraction that a program writes in all the digits of its double', () => {
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (number) => {
        const text = number.toPrecision(17);
        fc.pre(text.includes('.'));
        expect(findMemberFault(`{"a":${text}}`)).toBeNull();
      }),
      { numRuns: 2000, seed: 20261129 },
    );
  });

  it.each([
    ['a value of the second', '{"a":1,"b":"\\ud83d"}', 'b'],
    ['the name of the second', '{"a":1,"\\uD83D":1}', ''],
    ['a name within the second', '{"a":{"c":1},"b":[{"\\uDE00":1}]}', 'b'],
    ['a pair the wrong way round', '{"a":"\\ude00\\ud83d"}', 'a'],
    ['a half behind a pair', '{"a":"\\ud83d\\ude00\\ude00"}', 'a'],
  ])('says which member half a character is in: %s', (_, text, member) => {
    expect(findMemberFault(text)).toEqual({ member, fault: 'ill-formed' });
  });

  it.each([
    ['a pair of escapes', '{"\\ud83d\\ude00":"\\uD83D\\uDE00"}'],
    ['a backslash that is escaped before what looks like half a character', '{"a":"\\\\ud83d"}'],
    ['an escape of another plane', '{"a":"\\ud7ff\\ue000\\uFFFD"}'],
    ['the same name on two levels', '{"a":{"a":{"a":1}}}'],
    ['the same name in two neighbours', '[{"a":1},{"a":2}]'],
    ['the name as a value', '{"a":"a","b":"a"}'],
    ['something in a string that looks like members', '{"a":"\\"b\\":1,\\"b\\":2"}'],
    ['a bracket in a string', '{"a":"}","b":"{"}'],
    ['a backslash at the end of a string', '{"a":"\\\\","b":1}'],
  ])('lets %s pass', (_, text) => {
    expect(findMemberFault(text)).toBeNull();
  });

  /** Eight times the text. */
  const TIMES = 8;
  /** The same amount of text in eight times the pieces takes as long where time is in step with the length, and an eighth where it is not. */
  const NOT_IN_STEP = 4;
  /** In microseconds: many ticks of the clock by which some machines count CPU. */
  const LEAST = 200_000;

  /** CPU in microseconds of so many runs together: a busy machine makes them later, and hardly longer. */
  const timeOf = (text: string, runs: number): number => {
    const before = process.cpuUsage();
    for (let run = 0; run < runs; run += 1) findMemberFault(text);
    return process.cpuUsage(before).user + 1;
  };

  it.each<[string, (length: number) => string]>([
    ['lists in lists', (length) => '['.repeat(length) + ']'.repeat(length)],
    ['objects in objects', (length) => '{"a":'.repeat(length) + 1 + '}'.repeat(length)],
    ['a string of quotes', (length) => `"${'\\"'.repeat(length)}"`],
    ['a number of many zeros', (length) => `{"a":1.${'0'.repeat(length)}1}`],
  ])('takes no more than in step with the length of the text for %s', (_, textOf) => {
    const [short, long] = [textOf(4_000), textOf(TIMES * 4_000)];

    let runs = 1;
    let inPieces = timeOf(short, TIMES * runs);
    while (inPieces < LEAST) {
      runs *= 2;
      inPieces = timeOf(short, TIMES * runs);
    }

    expect(timeOf(long, runs) / inPieces).toBeLessThan(NOT_IN_STEP);
  });

  it('finds a number of many zeros that is not exact', () => {
    expect(findMemberFault(`{"a":1.${'0'.repeat(16_000)}1}`)).toEqual({ member: 'a', fault: 'inexact' });
  });
});
