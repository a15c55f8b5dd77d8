import { describe, expect, it } from '@jest/globals';
import { signUpSomebody } from '../support/journeys.ts';
import { addSms, askForCode, newNumber, signInBySms } from '../support/verification.ts';
import { startWorld } from '../support/world.ts';

const HOUR = 3600;

/** Ten segments to Austria a day: two for strangers, three more for accounts, five more for owners. */
const SMS = { dailyBudgetUsd: 1, reserved: { owners: 0.5, accounts: 0.3 }, pricesUsd: { AT: 0.1 } };

describe('money that strangers spend on SMS', () => {
  /** An account with a number, on the day after it was added, when strangers have asked for more codes than there is money for. */
  const floodedWorld = async (sms: object, strangers: number) => {
    const world = await startWorld({ settings: { sms: { ...SMS, ...sms } } });
    const owner = await signUpSomebody(world);
    const { phoneNumber } = await addSms(world, owner);
    world.clock.advance(24 * HOUR);
    const from = world.logs.length;
    for (let asked = 0; asked < strangers; asked += 1) await askForCode(world, { phoneNumber: newNumber() });
    await world.deliver();
    const refused = world.logs
      .slice(from)
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === 'sms-refused')
      .map(({ reason, requested_by: who }) => `${reason}: ${who}`);
    return { world, owner, phoneNumber, refused };
  };

  const opened = async ({ world, owner, phoneNumber }: Awaited<ReturnType<typeof floodedWorld>>) => {
    const signedIn = await signInBySms(world, owner.email, phoneNumber);
    const { answer } = await addSms(world, await signUpSomebody(world));
    await world.close();
    return { signedIn: signedIn.account_id, added: answer.status };
  };

  it('is their own share: on the same day owners sign in and accounts add numbers by SMS', async () => {
    const flooded = await floodedWorld({ breaker: { minimumVerifiedRatio: 0 } }, 12);

    expect(flooded.refused).toEqual(Array(10).fill('share: anyone'));
    expect(await opened(flooded)).toEqual({ signedIn: flooded.owner.account_id, added: 200 });
  });

  it('stops a country for strangers alone when they give no code back', async () => {
    const flooded = await floodedWorld(
      { dailyBudgetUsd: 100, breaker: { minimumSent: 10, minimumVerifiedRatio: 0.9 } },
      13,
    );

    expect(flooded.refused).toEqual(Array(3).fill('breaker: anyone'));
    expect(await opened(flooded)).toEqual({ signedIn: flooded.owner.account_id, added: 200 });
  });
});
