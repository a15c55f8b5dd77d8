import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as manifest from '../../functions/manifest.ts';
import type { Contract, TableName } from '../../shared/contract/contract.ts';
import { isUnsafe, keptFor } from '../../shared/contract/kept-answers.ts';
import {
  ALL_REQUESTS,
  EMAIL_PROOF_REQUESTS,
  FACTOR_RESET_REQUESTS,
  GOOD_REQUESTS,
  MESSAGE_REQUESTS,
} from '../catalogue/catalogue.ts';
import { prepareErasures } from '../catalogue/erasures.ts';
import { keepTokens } from '../support/deletion.ts';
import { httpContracts } from '../support/fixtures.ts';
import { refresh, signIn, signInLink, signUpSomebody } from '../support/journeys.ts';
import { type KeyedWorld, makeKeyedWorld, newKey } from '../support/keyed-world.ts';
import { mailEvent, sentReference } from '../support/lost-mail.ts';
import { act as operatorAct, stopTokens } from '../support/operator.ts';
import { prepareIn, prepareRepeatIn, serviceIn } from '../support/service-in-world.ts';
import { spentRow } from '../support/sms-budget-world.ts';
import { tableNeedsOf } from '../support/table-needs.ts';
import { putRows } from '../support/table-writer.ts';
import { accountWithApp, addSms, askForCode, newNumber, UNHINDERED_SMS } from '../support/verification.ts';
import { CANARY_ACCOUNT_ID, startWorld, UNLIMITED, type World } from '../support/world.ts';

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
    tell: (event) => watch('record-feedback', () => world.tell(event)),
    run: (flow) => watch(flow, () => world.run(flow)),
  };
};

describe('what the roles of the functions are granted', () => {
  let world: World;
  let keyed: KeyedWorld;
  const called: Called = new Map();

  const grantedTo = ({ tables }: Contract): string[] =>
    (Object.entries(tables) as [TableName, Record<string, readonly string[]>][]).flatMap(([table, rows]) =>
      Object.entries(rows).flatMap(([firstWord, actions]) =>
        actions.map((action) => `${world.tables[table]} ${firstWord} ${action}`),
      ),
    );

  beforeAll(async () => {
    world = watched(await startWorld({ settings: { sms: UNHINDERED_SMS } }), called);
    keyed = makeKeyedWorld(world);
  });
  afterAll(() => world.close());

  it.each([...ALL_REQUESTS, ...MESSAGE_REQUESTS])('are used by $name', async (request) => {
    const run = await prepareIn(world, request);

    const { status } = await run();
    await world.deliver();

    expect(status).toBe(request.succeeds);
  });

  const isKept = ({ flow }: { flow: string }): boolean =>
    httpContracts.some((one) => one.flow === flow && one.routes.some(isUnsafe) && keptFor(one) !== null);

  it.each([...GOOD_REQUESTS, ...EMAIL_PROOF_REQUESTS, ...FACTOR_RESET_REQUESTS].filter(isKept))(
    'are used by $name that is repeated with one Idempotency-Key',
    async (request) => {
      const run = await prepareRepeatIn(keyed.world, request);
      keyed.useKey(newKey());

      const answers = [await run(), await run()];
      keyed.useKey(null);
      await world.deliver();

      expect(answers.map(({ status }) => status)).toEqual([request.succeeds, request.succeeds]);
    },
  );

  it('are used by a recovery mail that is lost', async () => {
    const owner = await signUpSomebody(world);
    await addSms(world, owner);
    const reference = await sentReference(world, owner.email);

    await world.tell(mailEvent('record-feedback/bounce', { email: owner.email, reference }));

    expect((await world.rows('outbox')).map(({ intent }) => intent)).toContainEqual(
      expect.objectContaining({ about: 'recovery-lost' }),
    );
    await world.deliver();
  });

  it('are used by a wrong password, and by a token that was used too long ago', async () => {
    const { email } = await signUpSomebody(world);
    await signIn(world, email, 'not the right one');
    const { body: session } = await signIn(world, email);
    await refresh(world, session.refresh_token);
    world.clock.advance(61); // past the grace

    const answer = await refresh(world, session.refresh_token);

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
  });

  it('are used by a sign-in past the limit of its address, with a mailed link', async () => {
    const signInLimits = { ...UNLIMITED, perIdentifier: { max: 1, windowSeconds: 900 } };
    const limited = watched(await startWorld({ settings: { limits: { signIn: signInLimits } } }), called);
    const { email } = await signUpSomebody(limited);
    const linkToken = await signInLink(limited, email);
    await signIn(limited, email, 'not the right one');

    const answer = await signIn(limited, email, undefined, { linkToken });
    await limited.close();

    expect(answer.status).toBe(200);
  });

  it('are used by the mail about a reset of second factors, which an operator asks for', async () => {
    const { account_id: id, email } = await accountWithApp(world);
    await operatorAct(world, 'reset-factor', id);

    await world.deliver();

    expect(await stopTokens(world, email)).toHaveLength(1);
  });

  it('are used by the messages about an account that an operator is to erase', async () => {
    const { account_id: id, email } = await accountWithApp(world);
    await operatorAct(world, 'erase', id);

    expect(await keepTokens(world, email)).toHaveLength(1);
  });

  it("are used by a request for a code when the day's money is used up", async () => {
    const { access_token: token } = await signUpSomebody(world);
    await putRows(world, 'tokens', [spentRow(world.clock.nowSeconds(), { all: 1_000_000 })]);

    const answer = await askForCode(world, { token, phoneNumber: newNumber() });

    expect(answer).toMatchObject({ status: 409, body: { code: 'sms-unavailable' } });
  });

  it('are used by the erasure of accounts', async () => {
    await prepareErasures(serviceIn(world));

    await world.run('erase-accounts');

    expect(
      (await world.rows('accounts')).filter(({ step, sk }) => step === 'erase' && String(sk).startsWith('2020-')),
    ).toEqual([]);
  });

  it('are used by the canary in its first run, though nothing answers its requests here', async () => {
    await world.run('run-canary');

    const pk = `ACCOUNT#${CANARY_ACCOUNT_ID}`;
    expect((await world.rows('accounts')).filter((row) => row.pk === pk)).toHaveLength(1);
    expect((await world.rows('credentials')).filter((row) => row.pk === pk)).toEqual([]);
  });

  it.each(contracts)('are for $flow what those called, and nothing beside', async (contract) => {
    const needs = [...(called.get(contract.flow) ?? [])].toSorted();

    expect(needs).toEqual(grantedTo(contract).toSorted());
  });
});
