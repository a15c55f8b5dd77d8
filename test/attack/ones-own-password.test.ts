import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { asOwner } from '../support/fixtures.ts';
import { newestToken, recoveryToken, resetPassword, signIn, signUp } from '../support/journeys.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { addSms } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

/** Without a word of four letters, because words of a local part are checked separately. */
const EMAIL = 'j.p.m@c-d.example';
const NUMBER = '+436601234567';

/** Passwords that an attacker who knows the owner tries first. */
const ADDRESSES = ['j.p.m@c-d.example', 'J.P.M@C-D.Example', 'ｊ.ｐ.ｍ＠c-d.example', 'j.p.m@c-d.example1!'];
const NUMBERS = ['+436601234567', '06601234567', '0660 1234567', '0660/123 45 67', '+43 (0)660 1234567', '1234567!'];

/** Passwords that only contain an identifier. */
const ORDINARY = ['j.p.m@c-d.example wants no more mail', '06 apples, 60 pears, 12 plums', 'correct horse battery'];

const refused = (field: string) => ({
  status: 400,
  body: { code: 'password-rejected', errors: [{ field, code: 'contains-personal-data' }] },
});

/** @asvs 6.2.11, 2.2.3 */
describe("a password that is its owner's address or number", () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: { countries: ['AT'] } } });
  });
  afterAll(() => world.close());

  const complete = (token: string, password: string): Promise<Answer> =>
    world.call('complete-sign-up', loadEvent('complete-sign-up/json', jsonBody({ token, password })));

  it('is refused at sign-up, where the address is all that is known', async () => {
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: EMAIL })));
    await world.deliver();
    const token = await newestToken(world, EMAIL);

    for (const password of ADDRESSES) expect(await complete(token, password)).toMatchObject(refused('password'));
    expect(await complete(token, ORDINARY[0] ?? '')).toMatchObject({ status: 200 });
    expect(await signIn(world, EMAIL, ORDINARY[0])).toMatchObject({ status: 200 });
  });

  it('is refused at a reset, the number too, at the price of no further read', async () => {
    const email = 'a.b@c-d.example';
    const session = await signUp(world, email);
    await addSms(world, session, NUMBER);
    await world.deliver(); // its notice precedes the mail that is awaited
    const token = await recoveryToken(world, email);
    const before = await operationsDuring(world.proxy, () => resetPassword(world, token, 'short'));

    for (const password of [email, email.toUpperCase(), ...NUMBERS]) {
      const answers: Answer[] = [];
      const operations = await operationsDuring(world.proxy, async () =>
        answers.push(await resetPassword(world, token, password)),
      );
      expect(answers[0]).toMatchObject(refused('new_password'));
      expect(operations).toEqual(before);
    }
    expect(await resetPassword(world, token, ORDINARY[1] ?? '')).toMatchObject({ status: 200 });
  });

  it.each(['given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username'])(
    'is refused for a name in the claim %s as for the one in name',
    async (claim) => {
      const email = `${claim.replace('_', '-')}@c-d.example`;
      const session = await signUp(world, email);
      const changes = { ...asOwner(session), ...jsonBody({ [claim]: 'Ottoline' }) };
      await world.call('update-profile', loadEvent('update-profile/put-json', changes));
      const token = await recoveryToken(world, email);

      expect(await resetPassword(world, token, 'ottoline 1873')).toMatchObject(refused('new_password'));
      expect(await resetPassword(world, token, ORDINARY[2] ?? '')).toMatchObject({ status: 200 });
    },
  );
});
