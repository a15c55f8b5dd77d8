import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { grantsOf } from '../deploy/least-privilege/grants.ts';
import { signUpSomebody } from '../support/journeys.ts';
import { act, BOB, look } from '../support/operator.ts';
import { openThree, startSharingWorld } from '../support/shared-number.ts';
import { tableNeedsOf } from '../support/table-needs.ts';
import { accountWithBoth, newNumber } from '../support/verification.ts';
import type { World } from '../support/world.ts';

const handbook = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');
const [, policy = ''] = /```json\n(\{\n {2}"Version".*?)\n```/s.exec(handbook) ?? [];

describe('the policy of operators in docs/operating.md', () => {
  let world: World;

  beforeAll(async () => {
    world = await startSharingWorld();
  });
  afterAll(() => world.close());

  /** @asvs 13.2.2 */
  it('grants what the command calls, row by row, and nothing beside', async () => {
    const { account_id: id, email, phoneNumber } = await accountWithBoth(world);
    const [sharer] = await openThree(world, newNumber());
    const { account_id: other } = await signUpSomebody(world);
    const before = world.proxy.calls.length;

    for (const typed of [email, phoneNumber, id]) await look(world, 'find', typed);
    await look(world, 'show', id);
    for (const command of ['suspend', 'lift', 'end-sessions', 'force-reset'] as const) await act(world, command, other);
    for (const command of ['reset-factor', 'stop-reset', 'reset-factor'] as const) await act(world, command, id);
    for (const command of ['erase', 'stop-erase'] as const) await act(world, command, id);
    const approved = await act(world, 'approve-reset', id, { by: BOB });
    await act(world, 'reset-factor', sharer.account_id, { factor: 'sms' });
    await act(world, 'approve-reset', sharer.account_id, { by: BOB });

    const needs = new Set(world.proxy.calls.slice(before).flatMap(tableNeedsOf));
    const granted = grantsOf(JSON.parse(policy)).map(
      ({ action, resource, firstWord }) =>
        `test-${resource.split('/').at(-1)?.replace('Table', '').toLowerCase()} ${firstWord} ${action}`,
    );
    expect(approved.isDone).toBe(true);
    expect(granted.toSorted()).toEqual([...needs].toSorted());
  });
});
