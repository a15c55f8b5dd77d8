import { describe, expect, it } from '@jest/globals';
import { hash as argon2, argon2i, argon2id } from 'argon2';
import * as fc from 'fast-check';
import { readPhcString, TODAYS_KIND, writePhcString } from '../../shared/account/phc-string.ts';
import { readPhcStrictly } from '../support/read-phc-strictly.ts';

const parameters = fc.record({
  memoryKiB: fc.integer({ min: 8 * 255, max: 2 ** 32 - 1 }),
  iterations: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  parallelism: fc.integer({ min: 1, max: 255 }),
});
const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array));

const SALT = Buffer.alloc(16, 1);
const DIGEST = Buffer.alloc(32, 2);
const STANDARD = writePhcString({
  kind: TODAYS_KIND,
  parameters: { memoryKiB: 19_456, iterations: 2, parallelism: 1 },
  salt: SALT,
  digest: DIGEST,
});
const standardOf = (phc: string): string | null => {
  const read = readPhcString(phc);
  return read && writePhcString(read);
};

describe('phc-string', () => {
  it('writes what the strictest reader takes, whatever the parameters, the salt and the digest', () => {
    fc.assert(
      fc.property(parameters, bytes(8, 48), bytes(12, 64), (cost, salt, digest) => {
        const phc = writePhcString({ kind: TODAYS_KIND, parameters: cost, salt, digest });

        expect(readPhcStrictly(phc)).toEqual({ ...cost, saltBytes: salt.length, digestBytes: digest.length });
        expect(readPhcString(phc)).toEqual({ kind: TODAYS_KIND, parameters: cost, salt, digest, optional: [] });
      }),
      { numRuns: 500, seed: 20261128 },
    );
  });

  it.each([
    ['m, p, t, as argon2 0.45 writes them', STANDARD.replace('t=2,p=1', 'p=1,t=2')],
    ['p, t, m', STANDARD.replace('m=19456,t=2,p=1', 'p=1,t=2,m=19456')],
    ['leading zeros', STANDARD.replace('t=2', 't=02')],
    ['bits left over behind the salt', STANDARD.replace(/Q\$/, 'R$')],
  ])('makes the standard of %s', (_, phc) => {
    expect(phc).not.toBe(STANDARD);
    expect(standardOf(phc)).toBe(STANDARD);
  });

  it('keeps what other software has hashed with beside the password, behind the rest', () => {
    const odd = STANDARD.replace('m=19456,t=2,p=1', 'data=c2FsdHk,p=1,keyid=a2V5,t=2,m=19456');

    expect(standardOf(odd)).toBe(STANDARD.replace('p=1', 'p=1,keyid=a2V5,data=c2FsdHk'));
  });

  it('reads whatever the library writes, and says of which kind it is', async () => {
    const cost = { memoryCost: 64, timeCost: 3, parallelism: 2, salt: SALT };
    const [id, i, bound] = await Promise.all([
      argon2('correct horse', { ...cost, type: argon2id }),
      argon2('correct horse', { ...cost, type: argon2i }),
      argon2('correct horse', { ...cost, type: argon2id, associatedData: Buffer.from('salty') }),
    ]);

    const told = { memoryKiB: 64, iterations: 3, parallelism: 2 };
    expect(readPhcString(id)).toMatchObject({ kind: TODAYS_KIND, parameters: told, salt: SALT, optional: [] });
    expect(readPhcString(i)).toMatchObject({ kind: '$argon2i$v=19', parameters: told });
    expect(readPhcString(bound)).toMatchObject({ kind: TODAYS_KIND, parameters: told, optional: ['data=c2FsdHk'] });
  });

  it.each([
    ['nothing', ''],
    ['no hash', '$argon2id$this-is-no-hash'],
    ['another function', '$scrypt$ln=16,r=8,p=1$AQEBAQEBAQE$AgICAgICAgI'],
    ['a parameter that nobody knows', STANDARD.replace('p=1', 'p=1,x=1')],
    ['a parameter missing', STANDARD.replace(',t=2', '')],
    ['a cost that is no number', STANDARD.replace('t=2', 't=two')],
    ['no digest', STANDARD.slice(0, STANDARD.lastIndexOf('$'))],
    ['a line end behind it', `${STANDARD}\n`],
  ])('takes nothing apart that is %s', (_, phc) => {
    expect(readPhcString(phc)).toBeNull();
  });
});

describe('the strict reader of the tests', () => {
  it.each([
    ['the order of argon2 0.45', STANDARD.replace('t=2,p=1', 'p=1,t=2'), '",t=" is missing'],
    ['padding', `${STANDARD}=`, 'digest is not the base64'],
    ['a leading zero', STANDARD.replace('t=2', 't=02'), 't is no decimal'],
    ['bits left over', STANDARD.replace(/Q\$/, 'R$'), 'salt is not the base64'],
    ['another version', STANDARD.replace('v=19', 'v=16'), 'another version'],
    ['no version', STANDARD.replace('$v=19', ''), '"$v=" is missing'],
    ['another variant', STANDARD.replace('argon2id', 'argon2i'), '"$argon2id" is missing'],
    ['too little memory', STANDARD.replace('m=19456', 'm=7'), 'out of bounds'],
  ])('refuses %s', (_, phc, message) => {
    expect(() => readPhcStrictly(phc)).toThrow(message);
  });
});
