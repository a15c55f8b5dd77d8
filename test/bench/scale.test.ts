import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { cloneEmail, makeCloneAccount } from '../../bench/scale/clone-rows.ts';
import { differingCounts, isBeyondNoise } from '../../bench/scale/compare-sizes.ts';
import { checkCounts, countRows, fillDatabase } from '../../bench/scale/fill-database.ts';
import { grownKinds, sizesOf } from '../../bench/scale/item-growth.ts';
import { readScaleArguments } from '../../bench/scale/read-arguments.ts';
import { localTables } from '../../local/create-tables.ts';
import { startBareDynamo } from '../support/bare-dynamo.ts';

const ID = 'a101a5a9-5dc2-4292-b574-3897c21200cc';
const SESSION = 'bae146c1-06ca-43da-9ebc-9ea76b6f0d68';
const DIGEST = 'AeZ4ilxp4_24uCZiP_TLOpH5MTL9ihxJ7Su5DinGaO4';
const PHC = '$argon2id$v=19$m=19456,t=2,p=1$kCaowm1oFV21k9TWe2J5zA$a9cB5XPNFRSbEoIsPkz3eFrw/5wg/KJ8ummXbh+ZqOQ';

const ROWS = {
  accounts: [
    { pk: { S: `ACCOUNT#${ID}` }, sk: { S: 'ACCOUNT' }, accountId: { S: ID }, email: { S: 'person-1@example.com' } },
    { pk: { S: 'EMAIL#person-1@example.com' }, sk: { S: 'CLAIM' }, accountId: { S: ID } },
  ],
  credentials: [{ pk: { S: `ACCOUNT#${ID}` }, sk: { S: 'PASSWORD' }, phc: { S: PHC } }],
  tokens: [
    { pk: { S: `ACCOUNT#${ID}` }, sk: { S: `SESSION#${SESSION}` }, sessionId: { S: SESSION } },
    { pk: { S: `ACCOUNT#${ID}` }, sk: { S: 'RECOVERY' }, tokenHash: { S: DIGEST } },
    { pk: { S: `RECOVERY#${DIGEST}` }, sk: { S: 'TOKEN' }, accountId: { S: ID } },
  ],
};

const cloneAccount = makeCloneAccount(ROWS, 'person-1@example.com');
const parse = (lines: readonly string[]) => lines.map((line) => JSON.parse(line));

const scratch = mkdtempSync(join(tmpdir(), 'keyturn-scale-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe('a copy of an account', () => {
  it('has rows of the same kinds, members and lengths, and the address of its number', () => {
    const { accounts, credentials, tokens } = cloneAccount(7);
    const [account, claim] = parse(accounts);

    expect(account.email.S).toBe(cloneEmail(7));
    expect(claim.pk.S).toBe(`EMAIL#${cloneEmail(7)}`);
    expect(account.pk.S).toBe(`ACCOUNT#${account.accountId.S}`);
    expect([...credentials, ...tokens].map((line) => line.length)).toEqual(
      [...ROWS.credentials, ...ROWS.tokens].map((row) => JSON.stringify(row).length),
    );
  });

  it('names what its rows name together alike, and nothing as the original or another copy does', () => {
    const [session, recovery, token] = parse(cloneAccount(7).tokens);

    expect(session.sk.S).toBe(`SESSION#${session.sessionId.S}`);
    expect(token.pk.S).toBe(`RECOVERY#${recovery.tokenHash.S}`);
    const texts = [JSON.stringify(ROWS), ...[7, 8].map((index) => JSON.stringify(cloneAccount(index)))];
    for (const name of [ID, SESSION, DIGEST]) expect(texts.filter((text) => text.includes(name))).toHaveLength(1);
    expect(cloneAccount(8).tokens).not.toEqual(cloneAccount(7).tokens);
  });

  it('is the same each time, and keeps the hash of the password', () => {
    expect(cloneAccount(7)).toEqual(cloneAccount(7));
    expect(parse(cloneAccount(7).credentials)[0].phc.S).toBe(PHC);
  });
});

describe('filling a database', () => {
  it('leaves the rows of every account there, which are counted by reading them', async () => {
    const databaseFile = join(scratch, 'database.sqlite');
    const tables = localTables('scale');
    const shares: number[] = [];

    const written = await fillDatabase({
      accounts: 300,
      cloneAccount,
      tables,
      databaseFile,
      scratch,
      show: (_, share) => shares.push(share),
    });
    const { endpoint, close } = await startBareDynamo({ databaseFile });
    const counted = await countRows(endpoint, tables);
    await close();

    expect(written).toEqual({ accounts: 600, credentials: 300, tokens: 900 });
    expect(counted).toEqual(written);
    expect(shares.filter((share) => share < 0 || share > 1)).toEqual([]);
  });

  it('is refused where rows are missing, which are named', () => {
    const written = { accounts: 600, credentials: 300, tokens: 900 };

    expect(() => checkCounts(written, { ...written })).not.toThrow();
    expect(() => checkCounts(written, { ...written, tokens: 899 })).toThrow('tokens has 899 rows of 900');
  });
});

describe('two sizes of a database', () => {
  const trips = { roundTrips: 2, waits: 1, readUnits: 0.5, writeUnits: 4 };

  it('differ by a round trip or a unit, however small, and not by how calls overlap', () => {
    expect(differingCounts({ small: trips, large: { ...trips, waits: 2 } })).toEqual([]);
    expect(differingCounts({ small: trips, large: { ...trips, roundTrips: 2.25, readUnits: 1 } })).toEqual([
      'roundTrips',
      'readUnits',
    ]);
  });

  it.each([
    [false, { low: 0.97, median: 1, high: 1.04 }],
    [false, { low: 1.02, median: 1.08, high: 1.1 }],
    [true, { low: 1.06, median: 1.08, high: 1.1 }],
  ])('are beyond what two small ones differ by: %s', (isBeyond, ratio) => {
    expect(isBeyondNoise({ noise: { low: 0.95, median: 1, high: 1.05 }, ratio })).toBe(isBeyond);
  });
});

describe('the rows of one account', () => {
  const step = (signIns: number, largestBytes: number) => ({
    signIns,
    kinds: new Map([['accounts ACCOUNT', { rows: 1, largestBytes }]]),
  });

  it('are measured by kind: their number, and the largest', () => {
    const item = (sk: string, text: string) => ({ table: 'tokens', item: { pk: 'a', sk, text } });

    expect(sizesOf([item('SESSION#1', 'x'), item('SESSION#2', 'xxx'), item('DEVICES', '')])).toEqual(
      new Map([
        ['tokens SESSION', { rows: 2, largestBytes: 'pkasktextSESSION#2xxx'.length }],
        ['tokens DEVICES', { rows: 1, largestBytes: 'pkasktextDEVICES'.length }],
      ]),
    );
  });

  it('have grown where the last sign-ins added to one, and not where a bound was reached before', () => {
    expect(grownKinds([step(10, 200), step(100, 900), step(1000, 902)])).toEqual([]);
    expect(grownKinds([step(10, 200), step(100, 290), step(1000, 1190)])).toEqual(['accounts ACCOUNT']);
  });
});

describe('the command line of the benchmark of scale', () => {
  const read = (...args: string[]) => readScaleArguments(args, ['sign-in', 'get-profile']);

  it('fills a million accounts and spikes for the minute in the middle where nothing else is said', () => {
    expect(read()).toEqual({
      accounts: 1_000_000,
      flows: null,
      rounds: 5,
      signIns: [10, 100, 1000],
      perSecond: 20,
      seconds: 180,
      spike: { fromSecond: 60, seconds: 60, factor: 5 },
    });
  });

  it('helps where help is asked for', () => {
    expect(read('--help')).toBeNull();
  });

  it.each([
    [['--accounts', '999'], '--accounts is "999": give a number from 1000 to 10000000'],
    [['--accounts', '1500.5'], '--accounts is 1500.5: give a whole number'],
    [['--flows', 'sign-up'], 'nothing is measured under sign-up; there are sign-in, get-profile'],
    [['--sign-ins', '10'], '--sign-ins is "10": give two numbers or more'],
    [['--sign-ins', '10,5'], '--sign-ins is "10,5": give two numbers or more'],
    [['--seconds', '300'], '--seconds is "300": give a number from 1 to 240'],
    [['--seconds', '20'], '--spike-seconds is "60": give a number from 0 to 20'],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuses %j', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});
