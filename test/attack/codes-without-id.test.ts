import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SMS_CODE_SECONDS } from '../../shared/contract/lifetimes.ts';
import { TRIES_PER_CHALLENGE, TRIES_WITHOUT_ID } from '../../shared/two-factor/attempt-policy.ts';
import { newSource } from '../support/fixtures.ts';
import { type EventChanges, jsonBody, loadEvent } from '../support/load-event.ts';
import { askForCode, giveCode, newNumber, otherThan, receiveCode, UNHINDERED_SMS } from '../support/verification.ts';
import { withoutTimeouts } from '../support/waits.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

/** A person who waits for a code, as their app knows them. */
interface Waiting {
  source: EventChanges;
  code: string;
  verificationId: string;
  phoneNumber: string;
}

/**
 * The tutorial's app posts only the code, so it is matched by source address. Neighbours share that address, and so
 * does every web page in the victim's browser.
 */
describe('codes that come without the id', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const waiting = async (source = newSource(), phoneNumber = newNumber()): Promise<Waiting> => {
    world.clock.advance(1); // two requests in the same millisecond have no defined order
    return { source, phoneNumber, ...(await receiveCode(world, { phoneNumber, changes: source })) };
  };

  const giveAlone = ({ source }: Pick<Waiting, 'source'>, code: string): Promise<Answer> =>
    giveCode(world, code, { changes: source });

  const giveWithId = ({ verificationId }: Waiting, code: string): Promise<Answer> =>
    giveCode(world, code, { verificationId });

  const giveWithCookie = ({ verificationId, source }: Waiting, code: string): Promise<Answer> =>
    world.call(
      'verify-code',
      loadEvent('verify-code/with-cookie', {
        ...jsonBody({ code }),
        ...source,
        cookies: [`__Host-verification=${verificationId}`],
      }),
    );

  /** Used attempts of a verification. */
  const triesOf = async ({ verificationId }: Pick<Waiting, 'verificationId'>): Promise<number> => {
    const hex = Buffer.from(verificationId, 'base64url').subarray(2, 18).toString('hex');
    const row = (await world.rows('tokens')).find(({ pk }) => String(pk).replaceAll('-', '') === `VERIFICATION#${hex}`);
    return Number(row?.tries);
  };

  const times = (count: number, act: () => Promise<Answer>): Promise<Answer[]> =>
    withoutTimeouts(() => Promise.all(Array.from({ length: count }, act)));

  it('are fifty at once from the address of a victim, who succeeds with the id all the same', async () => {
    const victim = await waiting();

    await times(50, () => giveAlone(victim, otherThan(victim.code)));

    expect(await triesOf(victim)).toBe(TRIES_WITHOUT_ID);
    expect(await giveWithId(victim, victim.code)).toMatchObject({ status: 200, body: { proves: 'phone' } });
  });

  it('are fifty at once, and the cookie of the browser that asked is as good as the id', async () => {
    const victim = await waiting();

    await times(50, () => giveAlone(victim, otherThan(victim.code)));

    expect(await giveWithCookie(victim, victim.code)).toMatchObject({ status: 200, body: { proves: 'phone' } });
  });

  it('are fifty one after the other, and leave who has the id a slip of the finger', async () => {
    const victim = await waiting();
    for (let tried = 0; tried < 50; tried += 1) await giveAlone(victim, otherThan(victim.code));

    const slip = await giveWithId(victim, otherThan(victim.code));
    const answer = await giveWithId(victim, victim.code);

    expect([slip.status, answer.status]).toEqual([400, 200]);
  });

  it('together with as many that have the id are five comparisons, and never six', async () => {
    const victim = await waiting();
    const wrong = otherThan(victim.code);

    await Promise.all([
      times(50, () => giveAlone(victim, wrong)),
      times(50, () => giveWithId(victim, wrong)),
      times(50, () => giveWithCookie(victim, wrong)),
    ]);

    expect(await triesOf(victim)).toBe(TRIES_PER_CHALLENGE);
    expect((await giveWithId(victim, victim.code)).status).toBe(400);
  });

  it('are not compared any more, right or wrong, once the reserved tries are all that is left', async () => {
    const victim = await waiting();
    for (let tried = 0; tried < TRIES_WITHOUT_ID; tried += 1) await giveWithId(victim, otherThan(victim.code));

    const alone = await giveAlone(victim, victim.code);

    expect(alone).toMatchObject({ status: 400, body: { code: 'invalid-code' } });
    expect(await triesOf(victim)).toBe(TRIES_WITHOUT_ID);
    expect((await giveWithId(victim, victim.code)).status).toBe(200);
  });

  it('leave the app that knows no id its tries but the reserved ones', async () => {
    const reader = await waiting();
    for (let tried = 1; tried < TRIES_WITHOUT_ID; tried += 1) await giveAlone(reader, otherThan(reader.code));

    const answer = await giveAlone(reader, reader.code);

    expect([answer.status, answer.text]).toEqual([200, '{"verified":true,"proves":"phone"}']);
  });

  it('cost no try before the SMS is out: there is nothing to compare yet', async () => {
    const source = newSource();
    const phoneNumber = newNumber();
    const { body } = await askForCode(world, { phoneNumber, changes: source });
    const verificationId: string = body.verification_id;

    await times(20, () => giveAlone({ source }, '000000'));

    expect(await triesOf({ verificationId })).toBe(0);
    await world.deliver();
  });

  it('are compared in the last second of ten minutes and not in the next', async () => {
    const [inTime, late] = [await waiting(), await waiting()];
    world.clock.advance(SMS_CODE_SECONDS - 2);
    const first = await giveAlone(inTime, inTime.code);
    world.clock.advance(2);

    const second = await giveAlone(late, otherThan(late.code));

    expect([first.status, second.status, await triesOf(late)]).toEqual([200, 400, 0]);
  });

  describe('where several people share the address', () => {
    const three = async (): Promise<[Waiting, Waiting, Waiting]> => {
      const source = newSource();
      return [await waiting(source), await waiting(source), await waiting(source)];
    };

    const otherThanOf = (people: readonly Waiting[]): string => otherThan(...people.map(({ code }) => code));

    it('cost each of the three that asked last one try where they are wrong, and nobody who asked before', async () => {
      const source = newSource();
      const before = await waiting(source);
      const people = [await waiting(source), await waiting(source), await waiting(source)];

      await giveAlone({ source }, otherThanOf([before, ...people]));

      expect(await Promise.all(people.map(triesOf))).toEqual([1, 1, 1]);
      expect(await triesOf(before)).toBe(0);
    });

    it('cost nobody else a try where they are right, in the order in which people asked', async () => {
      const [first, second, third] = await three();

      const answers = [await giveAlone(first, first.code)];
      const after = [await triesOf(second), await triesOf(third)];
      answers.push(await giveAlone(second, second.code), await giveAlone(third, third.code));

      expect(after).toEqual([0, 0]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    });

    it('are taken from all of them in any other order too', async () => {
      const people = (await three()).toReversed();

      const statuses: number[] = [];
      for (const one of people) statuses.push((await giveAlone(one, one.code)).status);

      expect(statuses).toEqual([200, 200, 200]);
    });

    it('are fifty at once, and each of them succeeds with the id all the same', async () => {
      const people = await three();

      await times(50, () => giveAlone(people[0], otherThanOf(people)));

      expect(await Promise.all(people.map(triesOf))).toEqual(people.map(() => TRIES_WITHOUT_ID));
      const answers = await Promise.all(people.map((one) => giveWithId(one, one.code)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    });

    it('are matched with the one code of each number: who asks again keeps no neighbour out, and pays once', async () => {
      const neighbour = await waiting();
      const phoneNumber = newNumber();
      const asked: Waiting[] = [];
      for (let again = 0, waitSeconds = 30; again < 4; again += 1, waitSeconds *= 2) {
        asked.push(await waiting(neighbour.source, phoneNumber));
        world.clock.advance(waitSeconds);
      }

      const answer = await giveAlone(neighbour, neighbour.code);
      await giveAlone(neighbour, otherThanOf(asked));

      expect(answer.status).toBe(200);
      expect(await Promise.all(asked.map(triesOf))).toEqual([1, 1, 1, 1]); // of one verification
    });
  });
});
