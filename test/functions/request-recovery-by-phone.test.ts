import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULTS } from '../support/default-settings.ts';
import { shapesDuring } from '../support/dynamo-shape.ts';
import { fromSource } from '../support/fixtures.ts';
import { signUpSomebody } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { chooseRecoveryPhone, makeNumber } from '../support/recovery-phone.ts';
import { storedRows } from '../support/stored.ts';
import {
  addSms,
  askForCode,
  giveCode,
  logged,
  newNumber,
  receiveCode,
  UNHINDERED_SMS,
} from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

/**
 * Requests are answered as for an address. A message goes to a number that its owner has chosen for it alone: what that gives,
 * test/attack/recovery-by-phone.test.ts plays (docs/adr/0054).
 */
describe('request-recovery by phone', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: { ...UNHINDERED_SMS, countries: ['AT'] } } });
  });
  afterAll(() => world.close());

  const ask = (phoneNumber: string): Promise<Answer> =>
    world.call('request-recovery', loadEvent('request-recovery/phone-form', formBody({ phone_number: phoneNumber })));

  /** A number that an owner has proven for the profile alone. */
  const contact = async (): Promise<string> => {
    const { phoneNumber } = await makeNumber(world, await signUpSomebody(world), { purpose: 'contact' });
    await world.deliver();
    return phoneNumber;
  };

  const smsTo = async (phoneNumber: string): Promise<string[]> =>
    (await world.mailsTo(phoneNumber)).map(({ text }) => text);

  /** A number that is an account's second factor. */
  const factor = async (): Promise<string> => {
    const { phoneNumber } = await addSms(world, await signUpSomebody(world));
    await world.deliver();
    return phoneNumber;
  };

  /** A number that a signed-in owner named and did not prove. */
  const typed = async (): Promise<string> => {
    const phoneNumber = newNumber();
    await askForCode(world, { token: (await signUpSomebody(world)).access_token, phoneNumber });
    await world.deliver();
    return phoneNumber;
  };

  /** A number that was proven without an account. */
  const proven = async (): Promise<string> => {
    const phoneNumber = newNumber();
    const { code, verificationId } = await receiveCode(world, { phoneNumber });
    await giveCode(world, code, { verificationId });
    return phoneNumber;
  };

  it.each<[string, () => Promise<string>]>([
    ['the number that is the second factor: two factors would be one', factor],
    ["a number that is the profile's and no more", contact],
    ['a number that was typed and never proven', typed],
    ['a number that was proven without an account', proven],
    ['a number that nobody has', async () => newNumber()],
  ])('sends nothing to %s, spends nothing, and keeps no intent', async (_, make) => {
    const phoneNumber = await make();
    const [before, from] = [await smsTo(phoneNumber), world.logs.length];
    const rows = await storedRows(world);

    const answer = await ask(phoneNumber);
    await world.deliver();

    expect([answer.status, answer.text]).toEqual([200, '{"status":"accepted"}']);
    expect(await smsTo(phoneNumber)).toEqual(before);
    expect(await storedRows(world)).toEqual(rows);
    expect(logged(world, 'intent-delivered', from)).toMatchObject([{ channel: 'sms', outcome: 'nothing-to-send' }]);
  });

  it('takes the number however it is written, in JSON as in a form', async () => {
    const phoneNumber = newNumber();
    const spelling = `00${phoneNumber.slice(1, 3)} ${phoneNumber.slice(3)}`;

    const answer = await world.call(
      'request-recovery',
      loadEvent('request-recovery/json', jsonBody({ phone_number: spelling })),
    );

    expect(answer.text).toBe('{"status":"accepted"}');
    expect((await world.rows('outbox')).map(({ intent }) => intent)).toMatchObject([
      { kind: 'recovery-sms', phoneNumber, country: 'AT' },
    ]);
    await world.deliver();
  });

  it('does and answers the same for a number that is chosen for recovery and one that nobody has', async () => {
    const known = await chooseRecoveryPhone(world, await signUpSomebody(world));
    const answers: Answer[] = [];
    const request = async (phoneNumber: string) => void answers.push(await ask(phoneNumber));

    const shapes = [
      await shapesDuring(world.proxy, () => request(known)),
      await shapesDuring(world.proxy, () => request(newNumber())),
    ];
    await world.deliver();

    expect(shapes[0]).toHaveLength(1);
    expect(shapes[1]).toEqual(shapes[0]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it.each<[string, Record<string, string>, { field: string; code: string }]>([
    ['neither address nor number', {}, { field: 'email', code: 'required' }],
    [
      'both',
      { email: 'owner-1@example.com', phone_number: '+436641234567' },
      { field: 'phone_number', code: 'ambiguous' },
    ],
    [
      'a number that takes no SMS',
      { phone_number: '+4315330000' },
      { field: 'phone_number', code: 'not-a-mobile-number' },
    ],
    [
      'a number without a country',
      { phone_number: '06641234567' },
      { field: 'phone_number', code: 'not-a-mobile-number' },
    ],
    ['a blank number', { phone_number: '' }, { field: 'phone_number', code: 'not-a-mobile-number' }],
  ])('refuses %s, and stores nothing', async (_, fields, error) => {
    const before = await storedRows(world);

    const answer = await world.call('request-recovery', loadEvent('request-recovery/json', jsonBody(fields)));

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [error] } });
    expect(await storedRows(world)).toEqual(before);
  });

  it('refuses a number of a country without SMS, and stores nothing', async () => {
    const before = await storedRows(world);

    const answer = await ask('+33612345678');

    expect(answer).toMatchObject({ status: 400, body: { code: 'unsupported-country' } });
    expect(await storedRows(world)).toEqual(before);
  });

  it('leaves no number in the log', async () => {
    const phoneNumber = await factor();
    const from = world.logs.length;

    await ask(phoneNumber);
    await world.deliver();

    expect(leaksIn(world.logs.slice(from), { phoneNumber, national: phoneNumber.slice(3) })).toEqual([]);
  });
});

describe('request-recovery by phone, under the usual limits', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { limits: {} } });
  });
  afterAll(() => world.close());

  it("counts a source, and no number: a stranger who knows one uses nothing up that is its owner's", async () => {
    const { perSource } = DEFAULTS.limits.requestRecovery;
    const ask = (source: string) =>
      world.call(
        'request-recovery',
        loadEvent('request-recovery/phone-form', {
          ...formBody({ phone_number: '+436641234567' }),
          ...fromSource(source),
        }),
      );
    const statuses: number[] = [];
    for (let index = 0; index <= perSource.max; index += 1) statuses.push((await ask('198.51.100.4')).status);

    const owner = await ask('198.51.100.5');

    expect(statuses.filter((status) => status === 200)).toHaveLength(perSource.max);
    expect([statuses.at(-1), owner.status]).toEqual([429, 200]);
  });
});
