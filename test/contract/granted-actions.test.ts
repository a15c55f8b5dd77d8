import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as manifest from '../../functions/manifest.ts';
import type { Contract, TableName } from '../../shared/contract/contract.ts';
import { ALL_REQUESTS, MESSAGE_REQUESTS } from '../catalogue/catalogue.ts';
import { refresh, signIn, signUpSomebody } from '../support/journeys.ts';
import { prepareIn } from '../support/service-in-world.ts';
import { tableNeedsOf } from '../support/table-needs.ts';
import { startWorld, type World } from '../support/world.ts';

const contracts: Contract[] = Object.values(manifest);

/** The calls of each flow, as `table firstWord action`. */
type Called = Map<string, Set<string>>;

/** A world that records every call of its handlers, from whichever test. Not for parallel handlers. */
const watched = (world: World, called: Called): World => {
  const watch = async <Result>(flow: string, act: () => Promise<Result>): Promise<Result> => {
    const before = world.proxy.calls.length;
    const result = await act();
    const needs = world.proxy.calls.slice(before).flatMap(tableNeedsOf);
    called.set(flow, new Set([...(called.get(flow) ?? []), ...needs]));
    return result;
  };
  return {
    ...world,
    call: (flow, event) => watch(flow, () => world.call(flow, event)),
    deliver: () => watch('deliver-messages', world.deliver),
  };
};

describe('what the roles of the functions are granted', () => {
  let world: World;
  const called: Called = new Map();

  const grantedTo = ({ tables }: Contract): string[] =>
    (Object.entries(tables) as [TableName, Record<string, readonly string[]>][]).flatMap(([table, rows]) =>
      Object.entries(rows).flatMap(([firstWord, actions]) =>
        actions.map((action) => `${world.tables[table]} ${firstWord} ${action}`),
      ),
    );

  beforeAll(async () => {
    world = watched(await startWorld(), called);
  });
  afterAll(() => world.close());

  it.each([...ALL_REQUESTS, ...MESSAGE_REQUESTS])('are used by $name', async (request) => {
    const run = await prepareIn(world, request);

    const { status } = await run();
    await world.deliver();

    expect(status).toBe(request.succeeds);
  });

  it('are used by a wrong password, and by a token that was used too long ago', async () => {
    const { email } = await signUpSomebody(world);
    await signIn(world, email, 'not the right one');
    const { body: session } = await signIn(world, email);
    await refresh(world, session.refresh_token);
    world.clock.advance(60);

    const answer = await refresh(world, session.refresh_token);

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
  });

  it.each(contracts)('are for $flow what those called, and nothing beside', async (contract) => {
    const needs = [...(called.get(contract.flow) ?? [])].toSorted();

    expect(needs).toEqual(grantedTo(contract).toSorted());
  });
});
