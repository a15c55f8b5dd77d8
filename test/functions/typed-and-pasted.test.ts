import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  checkResetToken,
  newAddress,
  recoveryToken,
  resetPassword,
  signIn,
  signUpSomebody,
} from '../support/journeys.ts';
import { challengeOf, newestCode, totpCode } from '../support/second-factor.ts';
import { accountWithApp, askForCode, giveCode, triesOf, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const NEW_PASSWORD = 'a much better horse';

/** What people type on keyboards of their own script, and paste with what stood around it, by the deployed handlers. */
describe('what is typed or pasted into a flow', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: { ...UNHINDERED_SMS, countries: ['AT', 'MX'] } } });
  });
  afterAll(() => world.close());

  it.each([
    ['a blank behind it', (email: string) => `${email} `],
    ['a tab before it', (email: string) => `\t${email}`],
    ['a line end behind it', (email: string) => `${email}\r\n`],
    ['no-break spaces around it', (email: string) => `\u00a0${email}\u00a0`],
    ['a zero-width space behind it', (email: string) => `${email}\u200b`],
    ['marks of direction around it', (email: string) => `\u202a${email}\u202c`],
  ])('is the address of the account with %s', async (_, write) => {
    const { email } = await signUpSomebody(world);

    expect((await signIn(world, write(email))).status).toBe(200);
  });

  it('gets a recovery mail for the account although a blank stands behind the address', async () => {
    const { email } = await signUpSomebody(world);
    const typed = `${email} `;

    await expect(recoveryToken(world, typed)).rejects.toThrow('no token in the mail'); // none goes to what was typed
    expect((await world.mailsTo(email)).map(({ subject }) => subject)[0]).toMatch(/^Reset/);
  });

  it('is no address with a blank inside', async () => {
    const answer = await signIn(world, newAddress().replace('@', ' @'));

    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-request']);
  });

  it.each([
    ['with non-breaking hyphens between its groups', (token: string) => (token.match(/.{1,4}/g) ?? []).join('\u2011')],
    ['with a full stop behind it', (token: string) => `${token}.`],
    ['with the whole link', (token: string) => `https://accounts.example.com/ui/reset#token=${token}`],
    ['with the sign of quoted mail', (token: string) => `> ${token}`],
  ])('is the token of the mail %s', async (_, write) => {
    const { email } = await signUpSomebody(world);
    const token = await recoveryToken(world, email);

    const [check, reset] = [
      await checkResetToken(world, write(token)),
      await resetPassword(world, write(token), NEW_PASSWORD),
    ];

    expect([check.status, reset.status]).toEqual([200, 200]);
    expect((await signIn(world, email, NEW_PASSWORD)).status).toBe(200);
  });

  it.each([
    ['Arabic digits', (code: string) => code.replace(/\d/g, (digit) => '٠١٢٣٤٥٦٧٨٩'.charAt(Number(digit)))],
    [
      'full-width digits',
      (code: string) => code.replace(/\d/g, (digit) => '０１２３４５６７８９'.charAt(Number(digit))),
    ],
    ['a no-break space in the middle', (code: string) => `${code.slice(0, 3)}\u00a0${code.slice(3)}`],
    ['an en dash in the middle', (code: string) => `${code.slice(0, 3)}–${code.slice(3)}`],
    ['a line end behind it', (code: string) => `${code}\n`],
  ])('is the code of the app with %s', async (_, write) => {
    const { email, secret } = await accountWithApp(world);
    const token = await challengeOf(world, email);

    expect((await giveCode(world, write(totpCode(world, secret)), { token })).status).toBe(200);
  });

  it('costs no try where it can be no code of a factor, and is answered like a wrong one', async () => {
    const { email, account_id: id } = await accountWithApp(world);
    const token = await challengeOf(world, email);

    const answers = [];
    for (const text of ['12345', '1234567', '123.456', '１２３４５']) {
      answers.push((await giveCode(world, text, { token })).body.code);
    }

    expect(answers).toEqual(['invalid-code', 'invalid-code', 'invalid-code', 'invalid-code']);
    expect(await triesOf(world, id)).toEqual({});
  });

  it.each([
    ['+43 660/1234567', '+436601234567'],
    ['tel:+43-660-1234568', '+436601234568'],
    ['＋43 660 1234569\n', '+436601234569'],
    ['+52 1 55 1234 5678', '+525512345678'],
  ])('is the number that gets the SMS: %j', async (phoneNumber, e164) => {
    const { access_token: token } = await signUpSomebody(world);

    const answer = await askForCode(world, { token, phoneNumber });
    await world.deliver();

    expect(answer.status).toBe(200);
    expect(await newestCode(world, e164)).toMatch(/^\d{6}$/);
  });
});
