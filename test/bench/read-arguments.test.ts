import { describe, expect, it } from '@jest/globals';
import { readArguments } from '../../bench/read-arguments.ts';

const KNOWN = ['sign-in', 'sign-in + TOTP', 'verify-code'];

const read = (...args: string[]) => readArguments(args, KNOWN);

describe('the command line of the benchmark', () => {
  it('measures every flow of this tree where nothing else is said', () => {
    expect(read()).toEqual({ flows: null, against: null, save: false });
    expect(read('--save')).toEqual({ flows: null, against: null, save: true });
  });

  it('compares with a commit, for nine rounds unless said, with no limit unless given', () => {
    expect(read('--against', 'main~3')?.against).toEqual({ ref: 'main~3', rounds: 9, atMost: null, targets: false });
    expect(read('--against', 'main', '--rounds', '15', '--at-most', '1.05')?.against).toEqual({
      ref: 'main',
      rounds: 15,
      atMost: 1.05,
      targets: false,
    });
  });

  it('holds the ratios against their targets where that is asked for', () => {
    expect(read('--against', '39ec93f', '--targets')?.against).toMatchObject({ targets: true });
  });

  it('takes several flows, journeys too', () => {
    expect(read('--flows', 'verify-code, sign-in + TOTP')?.flows).toEqual(['verify-code', 'sign-in + TOTP']);
  });

  it('helps where help is asked for', () => {
    expect(read('--help')).toBeNull();
  });

  it('names the flows that there are where one is unknown', () => {
    expect(() => read('--flows', 'sign-in,signin')).toThrow(
      '--flows: nothing is measured under signin; there are sign-in, sign-in + TOTP, verify-code',
    );
  });

  it.each([
    [['--against', 'main', '--rounds', '4'], '--rounds is "4": give a number from 5 to 99'],
    [['--against', 'main', '--rounds', '7.5'], '--rounds is 7.5: give a whole number'],
    [['--against', 'main', '--rounds', ''], '--rounds is "": give a number from 5 to 99'],
    [['--against', 'main', '--at-most', '5 %'], '--at-most is "5 %": give a number from 0.1 to 10'],
    [['--rounds', '9'], '--rounds, --at-most and --targets go with --against'],
    [['--at-most', '1.05'], '--rounds, --at-most and --targets go with --against'],
    [['--targets'], '--rounds, --at-most and --targets go with --against'],
    [['--against', 'main', '--targets', '--at-most', '1.05'], '--targets has limits of its own: leave out --at-most'],
    [['--against', 'main', '--save'], '--save keeps figures of this tree alone'],
    [['--flows', 'sign-in', '--save'], '--save keeps figures of all flows'],
    [['--against'], 'argument missing'],
    [['main'], 'Unexpected argument'],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuses %j', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});
