import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LastingTable } from '../../scripts/upgrade-rows/lasting-rows.ts';
import { upgradeTables } from '../../scripts/upgrade-rows/upgrade-tables.ts';
import { rowStamp } from '../../shared/aws/row.ts';
import type { TableName } from '../../shared/contract/contract.ts';
import { getProfile, refresh, signIn, signInByMail } from '../support/journeys.ts';
import { storedRows } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { startWorld, type World } from '../support/world.ts';

type Row = Record<string, unknown>;

const readRelease = (release: string) =>
  JSON.parse(readFileSync(new URL(`../data/rows-v1/${release}.json`, import.meta.url), 'utf8')) as {
    writtenAtMs: number;
    held: Record<'email' | 'password' | 'accountId' | 'refreshToken', string>;
    rows: Record<TableName, Row[]>;
  };

/** Rows of version 1, stored by this service. */
const PLAIN = readRelease('before-second-factors');
const FACTORS = readRelease('before-newest-code');

const TABLES: readonly LastingTable[] = ['accounts', 'credentials', 'tokens'];

/** A number that is proven meanwhile. */
const PHONE = { e164: '+436641234567', country: 'AT' };

/** A session lasts up to 90 days, a known device 400; other rows expire within 14, or are events, which are never read. */
const isLasting = ({ sk, expiresAtEpochSeconds }: Row): boolean =>
  expiresAtEpochSeconds === undefined || /^(?:SESSION#|DEVICES$)/.test(String(sk));

describe('npm run upgrade-rows', () => {
  let world: World;

  beforeEach(async () => {
    world = await startWorld({ rootSecret: Buffer.alloc(32, 'rows-v1').toString('base64url') });
    world.clock.advance((FACTORS.writtenAtMs - world.clock.nowMs()) / 1000);
    for (const { rows } of [PLAIN, FACTORS])
      for (const table of Object.keys(rows) as TableName[]) await putRows(world, table, rows[table]);
  });
  afterEach(() => world.close());

  const upgrade = async ({ dryRun = false, pageSize }: { dryRun?: boolean; pageSize?: number } = {}) => {
    const lines: string[] = [];
    const { tables, clock } = world;
    const say = (line: string) => lines.push(line);
    const isComplete = await upgradeTables({ tables, dryRun, clock, say, ...(pageSize && { pageSize }) });
    return { isComplete, lines, totals: lines.filter((line) => !line.startsWith('…')) };
  };
  const versionsOfLasting = async (): Promise<Set<unknown>> =>
    new Set(
      (await Promise.all(TABLES.map((table) => world.rows(table))))
        .flat()
        .filter(isLasting)
        .map(({ schemaVersion }) => schemaVersion),
    );
  const accountRowOf = async (accountId: string): Promise<Row | undefined> =>
    (await world.rows('accounts')).find(({ sk, accountId: id }) => sk === 'ACCOUNT' && id === accountId);
  /** A concurrent write between the read of an account's row and its write. */
  const meanwhile = (change: Row | null): void =>
    world.proxy.interrupt({
      fits: ({ operation, body }) =>
        operation === 'UpdateItem' && JSON.stringify(body.Key).includes(`"ACCOUNT#${PLAIN.held.accountId}"`),
      meanwhile: async () => {
        const row = await accountRowOf(PLAIN.held.accountId);
        await putRows(world, 'accounts', [{ ...row, ...change }]);
      },
    });

  it('leaves no row of an older version that outlives a release', async () => {
    const before = await versionsOfLasting();

    const { isComplete } = await upgrade();

    expect(before).toEqual(new Set([1]));
    expect(await versionsOfLasting()).toEqual(new Set([rowStamp.schemaVersion]));
    expect(isComplete).toBe(true);
  });

  it('leaves no known devices in an older version either, and changes nothing of them', async () => {
    const { body } = await signInByMail(world, PLAIN.held.email, PLAIN.held.password);
    const devicesOf = async () => (await world.rows('tokens')).filter(({ sk }) => sk === 'DEVICES');
    const [written] = await devicesOf();
    await putRows(world, 'tokens', [{ ...written, schemaVersion: 1 }]);

    await upgrade();

    expect(body.account_id).toBe(PLAIN.held.accountId);
    expect(await devicesOf()).toEqual([{ ...written, ...rowStamp }]);
  });

  it('changes what the version changes, and nothing else', async () => {
    const before = await accountRowOf(PLAIN.held.accountId);

    await upgrade();

    expect(before).not.toHaveProperty('phone');
    expect(await accountRowOf(PLAIN.held.accountId)).toEqual({ ...before, phone: null, ...rowStamp });
  });

  it('takes nothing away from people: passwords, sessions and profiles are as they were', async () => {
    await upgrade();

    const signedIn = await signIn(world, PLAIN.held.email, PLAIN.held.password);
    const { status, body } = await refresh(world, PLAIN.held.refreshToken);

    expect([signedIn.status, status]).toEqual([200, 200]);
    expect((await getProfile(world, body)).body).toMatchObject({ name: 'A Reader', metadata: { shelf: 3 } });
  });

  it('walks a table that has many pages, and tells how far it is', async () => {
    const { lines, totals } = await upgrade({ pageSize: 2 });

    expect(lines.length).toBeGreaterThan(10);
    expect(totals).toHaveLength(TABLES.length);
    expect(await versionsOfLasting()).toEqual(new Set([rowStamp.schemaVersion]));
  });

  it('writes nothing the second time', async () => {
    await upgrade();
    const before = world.proxy.calls.length;

    const { totals } = await upgrade();

    expect(totals.every((line) => line.includes(': upgraded 0, '))).toBe(true);
    expect(new Set(world.proxy.calls.slice(before).map(({ operation }) => operation))).toEqual(new Set(['Scan']));
  });

  it('does the rest after it was stopped half way', async () => {
    world.proxy.fail({ operation: 'UpdateItem', after: 2, times: 99, kind: 'access-denied' });
    await expect(upgrade()).rejects.toThrow();
    world.proxy.heal();
    const inBetween = await versionsOfLasting();

    const { isComplete } = await upgrade();

    expect(inBetween).toEqual(new Set([1, rowStamp.schemaVersion]));
    expect(isComplete).toBe(true);
    expect(await versionsOfLasting()).toEqual(new Set([rowStamp.schemaVersion]));
  });

  it('only looks where it is asked to', async () => {
    const before = await storedRows(world);

    const { totals } = await upgrade({ dryRun: true });

    expect(totals[0]).toMatch(/^accounts: would upgrade [1-9]/);
    expect(await storedRows(world)).toEqual(before);
  });

  it('keeps a number that is proven at the same moment', async () => {
    meanwhile({ phone: PHONE });

    await upgrade();

    expect(await accountRowOf(PLAIN.held.accountId)).toMatchObject({ phone: PHONE, ...rowStamp });
  });

  it('keeps an epoch that is raised at the same moment, without a conflict: it writes single attributes', async () => {
    meanwhile({ epoch: 7 });

    await upgrade();

    expect(await accountRowOf(PLAIN.held.accountId)).toMatchObject({ epoch: 7, phone: null, ...rowStamp });
  });

  it('takes no row back to an older version that a later release writes at the same moment', async () => {
    meanwhile({ schemaVersion: rowStamp.schemaVersion + 1 });

    const { isComplete } = await upgrade();

    expect(await accountRowOf(PLAIN.held.accountId)).toMatchObject({ schemaVersion: rowStamp.schemaVersion + 1 });
    expect(isComplete).toBe(false); // this release reports that it can't read it
  });

  it('leaves a damaged row as it is, says that there is one, and nothing of what is in it', async () => {
    const row = await accountRowOf(PLAIN.held.accountId);
    await putRows(world, 'accounts', [{ ...row, epoch: 'seven' }]);

    const { isComplete, lines } = await upgrade({ pageSize: 3 });

    expect(await accountRowOf(PLAIN.held.accountId)).toEqual({ ...row, epoch: 'seven' });
    expect(isComplete).toBe(false);
    expect(lines.join('\n')).toContain(', 1 not readable by this version');
    expect(lines.join('\n')).not.toMatch(/@|seven|[0-9a-f]{8}-/);
  });
});
