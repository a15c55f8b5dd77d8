import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TableName } from '../../shared/contract/contract.ts';
import { GRACE } from '../support/deletion.ts';
import { richLeaver } from '../support/rich-leaver.ts';
import { UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const TABLES = ['accounts', 'credentials', 'tokens', 'outbox'] as const satisfies readonly TableName[];

/** More than any run makes. */
const ALWAYS = 100_000;

type Rows = Record<TableName, Record<string, unknown>[]>;

/** The erasure of an account, ended by kill -9 at each of its calls, and what the next run makes of it. */
describe('an erasure that is killed', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const snapshot = async (): Promise<Rows> => {
    const all = await Promise.all(TABLES.map(async (table) => [table, await world.rows(table)] as const));
    return Object.fromEntries(all) as Rows;
  };
  const restore = async (rows: Rows): Promise<void> => {
    for (const table of TABLES) {
      await world.database.remove(world.tables[table], await world.rows(table));
      await world.database.put(world.tables[table], rows[table]);
    }
  };
  const comparable = (rows: Rows): string[] =>
    TABLES.flatMap((table) => rows[table].map((row) => `${table} ${JSON.stringify(row)}`)).toSorted();

  /** Lets a run die at a call: nothing that it asks for from then on is done. */
  const dieAt = (call: number, where: string): void => {
    if (where === 'before the call') {
      world.proxy.fail({ operation: null, after: call, times: ALWAYS, kind: 'access-denied' });
      return;
    }
    world.proxy.fail({ operation: null, after: call, times: 1, kind: 'lost-answer' });
    world.proxy.fail({ operation: null, after: 0, times: ALWAYS, kind: 'access-denied' });
  };

  it.each(['before the call', 'behind it, with its answer lost'])(
    'finishes in the next run, wherever the process was killed %s',
    async (where) => {
      const { accountId } = await richLeaver(world);
      world.clock.advance(GRACE);
      const begun = await snapshot();
      world.proxy.calls.splice(0);
      await world.run('erase-accounts');
      const calls = world.proxy.calls.length;
      const finished = comparable(await snapshot());
      expect(calls).toBeGreaterThan(20);

      for (let call = 0; call < calls; call += 1) {
        await restore(begun);
        dieAt(call, where);
        await world.run('erase-accounts').catch(() => undefined);
        world.proxy.heal();
        const accounts = await world.rows('accounts');
        const stands = accounts.some(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'ACCOUNT');
        const listed = accounts.filter((due) => due.pk === 'DELETION#DUE' && due.accountId === accountId);
        expect(listed).toMatchObject([{ step: stands ? 'erase' : 'settle' }]); // never lost from the list

        await world.run('erase-accounts');

        expect(comparable(await snapshot())).toEqual(finished);
      }
    },
    120_000,
  );
});
