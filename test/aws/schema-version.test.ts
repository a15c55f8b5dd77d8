import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import * as manifest from '../../functions/manifest.ts';
import { ROW_VERSIONS, rowSchema, UnknownRowVersion } from '../../shared/aws/row.ts';
import type { Contract, TableName } from '../../shared/contract/contract.ts';
import { ALL_REQUESTS, GOOD_REQUESTS } from '../catalogue/catalogue.ts';
import { deleteAccount, GRACE, rowsWith } from '../support/deletion.ts';
import { signUpSomebody } from '../support/journeys.ts';
import { makeKeyedWorld, newKey } from '../support/keyed-world.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { act, stopTokens } from '../support/operator.ts';
import { prepareIn, prepareRepeatIn } from '../support/service-in-world.ts';
import { putRows } from '../support/table-writer.ts';
import { accountWithApp } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

type Row = Record<string, unknown>;

const {
  written,
  readable: [oldest, newest],
} = ROW_VERSIONS;

const TABLE_NAMES = ['accounts', 'credentials', 'tokens', 'outbox'] as const satisfies readonly TableName[];

/**
 * Flows that only write, on conditions about attributes; what they write beside a later release's rows is their own.
 */
const READ_NO_ROW: ReadonlySet<string> = new Set([
  'describe-service',
  'serve-pages',
  'sign-up',
  'request-recovery',
  'request-recovery (by phone)',
  'request-sign-in-link',
  'request-verification',
  'request-verification (by mail)',
]);

/** A row as the release before wrote it: without `series`, and without `phone` in accounts that had no number. */
const asReleaseBefore = ({ series: _, phone, ...row }: Row): Row => ({
  ...row,
  ...(phone !== null && phone !== undefined && { phone }),
  schemaVersion: oldest,
});

const asLaterRelease = (row: Row): Row => ({ ...row, schemaVersion: newest + 1 });

/** Rewrites every row of this release. @param seen collects the kinds of rows and their stamps */
const rewriteRows = async (world: World, rewrite: (row: Row) => Row, seen = new Set<string>()): Promise<void> => {
  for (const table of TABLE_NAMES) {
    const rows = await world.rows(table);
    for (const { pk, schemaVersion } of rows) seen.add(`${table} ${String(pk).split('#')[0]} ${typeof schemaVersion}`);
    await putRows(world, table, rows.filter(({ schemaVersion }) => schemaVersion === written).map(rewrite));
  }
};

/** Every kind of row that a role may access. */
const KINDS = new Set(
  (Object.values(manifest) as Contract[]).flatMap(({ tables }) =>
    (Object.entries(tables) as [TableName, object][]).flatMap(([table, words]) =>
      Object.keys(words).map((word) => `${table} ${word}`),
    ),
  ),
);

describe('the version of rows', () => {
  describe('of the release before', () => {
    let world: World;
    const seen = new Set<string>();

    beforeAll(async () => {
      const plain = await startWorld();
      const deliver = async () => {
        await rewriteRows(plain, asReleaseBefore, seen);
        return plain.deliver();
      };
      world = { ...plain, deliver };
    });
    afterAll(() => world.close());

    it.each(ALL_REQUESTS)('keeps no $name from succeeding', async (good) => {
      const request = await prepareIn(world, good);
      await rewriteRows(world, asReleaseBefore, seen);

      const answer = await request();

      expect(answer.status).toBe(good.succeeds);
    });

    it('keeps no answer from being given again', async () => {
      const keyed = makeKeyedWorld(world);
      const good = GOOD_REQUESTS.find(({ name }) => name === 'update-profile');
      if (!good) throw new Error('the catalogue has no update-profile');
      const repeat = await prepareRepeatIn(keyed.world, good);
      keyed.useKey(newKey());
      await repeat();
      await rewriteRows(world, asReleaseBefore, seen);

      const answer = await repeat();

      expect(answer.status).toBe(good.succeeds);
    });

    it('keeps no message from being sent', async () => {
      const failed = await world.deliver();

      expect(failed).toBe(0);
    });

    it('keeps no reset of a factor from being stopped by its owner', async () => {
      const { account_id: accountId, email } = await accountWithApp(world);
      await act(world, 'reset-factor', accountId);
      await world.deliver();
      await rewriteRows(world, asReleaseBefore, seen);
      const [token = ''] = await stopTokens(world, email);

      const answer = await world.call('revoke-recovery', loadEvent('revoke-recovery/json', jsonBody({ token })));

      expect(answer).toMatchObject({ status: 200, body: { status: 'factor-reset-stopped' } });
    });

    it('keeps no account from being erased', async () => {
      const owner = await signUpSomebody(world);
      await deleteAccount(world, owner);
      await rewriteRows(world, asReleaseBefore, seen);
      world.clock.advance(GRACE);

      await world.run('erase-accounts');

      await rewriteRows(world, asReleaseBefore, seen);
      expect(await rowsWith(world, [owner.email])).toEqual([]);
    });

    it('stood in each row of every kind that a role may touch', () => {
      expect([...seen].toSorted()).toEqual([...KINDS].map((kind) => `${kind} number`).toSorted());
    });
  });

  describe('of a later release', () => {
    let world: World;

    beforeAll(async () => {
      world = await startWorld();
    });
    afterAll(() => world.close());
    // The day's money is one row for all, and the next request is prepared with it.
    afterEach(async () => {
      const rows = (await world.rows('tokens')).filter(({ sk }) => sk === 'SMS_BUDGET');
      await putRows(
        world,
        'tokens',
        rows.map((row) => ({ ...row, schemaVersion: written })),
      );
    });

    it.each(ALL_REQUESTS.filter(({ name }) => !READ_NO_ROW.has(name)))(
      'fails $name: its rows may mean something else',
      async (good) => {
        const request = await prepareIn(world, good);
        await rewriteRows(world, asLaterRelease);

        const answer = await request();

        expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
      },
    );
  });

  it.each([oldest - 1, oldest + 0.5, newest + 1, String(written), null, undefined])(
    'is refused by readers where it is %p',
    (schemaVersion) => {
      const schema = rowSchema({ epoch: z.int() });

      expect(() => schema.parse({ schemaVersion, epoch: 1 })).toThrow(UnknownRowVersion);
      expect(() => schema.safeParse({ schemaVersion, epoch: 1 })).toThrow(UnknownRowVersion);
    },
  );
});
