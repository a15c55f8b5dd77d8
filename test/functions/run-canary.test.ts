import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CANARY_EMAIL, type CanaryWorld, startCanaryWorld } from '../support/canary-world.ts';
import { mailEvent, sentReference } from '../support/lost-mail.ts';
import { putRows } from '../support/table-writer.ts';
import { CANARY_ACCOUNT_ID } from '../support/world.ts';

const STEPS_OF_A_RUN = ['health', 'discovery', 'jwks', 'reset-token', 'account', 'sign-in', 'sign-out', 'account'];
const FIVE_MINUTES = 5 * 60;

/** What the lines of a run say, step by step. */
const stepsOf = (lines: readonly Record<string, unknown>[]) =>
  lines.filter(({ event }) => event === 'canary-step').map(({ step }) => step);
const failedIn = (lines: readonly Record<string, unknown>[]) =>
  lines.filter(({ event, outcome }) => event === 'canary-step' && outcome === 'failure');

describe('run-canary', () => {
  let canary: CanaryWorld;

  beforeAll(async () => {
    canary = await startCanaryWorld();
  });
  afterEach(() => {
    canary.world.proxy.heal();
    for (const flow of ['describe-service', 'check-reset-token', 'sign-in', 'sign-out', 'request-recovery']) {
      canary.answerFor(flow, null);
    }
    canary.world.clock.advance(FIVE_MINUTES);
  });
  afterAll(() => canary.close());

  /** What is stored under the canary's account. */
  const storedOf = async (table: 'accounts' | 'credentials' | 'tokens') =>
    (await canary.world.rows(table)).filter(({ pk }) => pk === `ACCOUNT#${CANARY_ACCOUNT_ID}`);

  it('signs in and out of an account that it makes, whose token the published keys verify, and says so', async () => {
    const lines = await canary.run();

    expect(stepsOf(lines)).toEqual([...STEPS_OF_A_RUN, 'recovery']);
    expect(failedIn(lines)).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ event: 'canary-run', outcome: 'success', CanaryFailures: 0 });
    expect((await storedOf('accounts')).find(({ sk }) => sk === 'ACCOUNT')).toMatchObject({
      email: CANARY_EMAIL,
      metadata: '{"canary":true}',
    });
    const { world } = canary;
    expect(world.logs.some((line) => line.includes('"event":"sign-in"') && line.includes(CANARY_ACCOUNT_ID))).toBe(
      true,
    );
  });

  it('leaves neither a session nor a password behind', async () => {
    await canary.run();

    expect((await storedOf('tokens')).filter(({ sk }) => String(sk).startsWith('SESSION'))).toEqual([]);
    expect(await storedOf('credentials')).toEqual([]);
  });

  it('gets a recovery mail each quarter of an hour, and none about a new device once it is known', async () => {
    const { world } = canary;
    await canary.run();
    await world.deliver();
    const before = await world.mailsTo(CANARY_EMAIL);

    for (let run = 0; run < 6; run += 1) {
      world.clock.advance(FIVE_MINUTES);
      await canary.run();
      await world.deliver();
    }

    const subjects = (await world.mailsTo(CANARY_EMAIL)).slice(0, -before.length).map(({ subject }) => subject);
    expect(subjects).toHaveLength(2);
    expect(new Set(subjects.map((subject) => subject.replace(/ \(.*/, ''))).size).toBe(1);
  });

  /** What record-feedback says of what it is told. */
  const linesOf = async (act: () => Promise<unknown>) => {
    const from = canary.world.logs.length;
    await act();
    return canary.world.logs.slice(from).map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  it('tells what became of its recovery mails, which count among no others', async () => {
    const { world } = canary;
    await world.deliver();
    await world.hear();
    world.clock.advance(30 * 60);
    await canary.run();
    await world.deliver();

    const lines = await linesOf(() => world.hear());

    expect(lines).toEqual([
      expect.objectContaining({ event: 'canary-mail', fate: 'delivered', outcome: 'success', CanaryMailFailures: 0 }),
    ]);
  });

  it('tells of a recovery mail that does not arrive, and marks no address for it', async () => {
    const { world } = canary;
    world.clock.advance(30 * 60);
    const reference = await sentReference(world, CANARY_EMAIL);
    const told = (name: string) => world.tell(mailEvent(name, { email: CANARY_EMAIL, reference }));

    const lines = await linesOf(() => told('record-feedback/bounce'));

    expect(lines).toEqual([
      expect.objectContaining({ event: 'canary-mail', fate: 'bounced', outcome: 'failure', CanaryMailFailures: 1 }),
    ]);
    expect((await storedOf('accounts')).find(({ sk }) => sk === 'ACCOUNT')).not.toHaveProperty('emailMark');
  });

  it.each([
    ['a delay, whose end is told of as well', 'record-feedback/delivery-delay', true],
    ['a mail that this service did not send to it', 'record-feedback/delivery', false],
  ])('counts nothing for %s', async (_what, name, isReferred) => {
    const { world } = canary;
    world.clock.advance(30 * 60);
    const reference = await sentReference(world, CANARY_EMAIL);
    const event = mailEvent(name, { email: CANARY_EMAIL, reference: isReferred ? reference : 'made-up' });

    expect(await linesOf(() => world.tell(event))).toEqual([]);
  });

  it.each([
    ['describe-service', ['health', 'discovery', 'jwks', 'sign-in']],
    ['check-reset-token', ['reset-token']],
    ['sign-in', ['sign-in']],
    ['sign-out', ['sign-out']],
    ['request-recovery', ['recovery']],
  ])('says which steps fail while %s answers 503, and tries all others', async (flow, steps) => {
    canary.world.clock.advance(30 * 60);
    canary.answerFor(flow, { statusCode: 503, body: '{"code":"unavailable"}' });

    const lines = await canary.run();

    expect(failedIn(lines).map(({ step }) => step)).toEqual(steps);
    expect(failedIn(lines)[0]).toMatchObject({
      level: 'error',
      status: 503,
      code: 'unavailable',
      error_name: 'UnexpectedAnswer',
      CanaryStepFailures: 1,
    });
    expect(lines.at(-1)).toMatchObject({ event: 'canary-run', outcome: 'failure', CanaryFailures: 1 });
    expect(stepsOf(lines)).toEqual(
      [...STEPS_OF_A_RUN, 'recovery'].filter((step) => step !== 'sign-out' || !steps.includes('sign-in')),
    );
    expect(await storedOf('credentials')).toEqual([]);
  });

  it.each([
    ['another issuer', 'describe-service', { issuer: 'https://other.example', jwks_uri: '' }, 'discovery'],
    ['no key', 'describe-service', { keys: [] }, 'jwks'],
    ['a token that is good', 'check-reset-token', { valid: true }, 'reset-token'],
    ['a token that no key verifies', 'sign-in', { access_token: 'a.b.c', device_token: 'd' }, 'sign-in'],
    ['a challenge', 'sign-in', { second_factor_required: true, challenge_token: 'c' }, 'sign-in'],
  ])('takes %s for a failure, though the answer is 200', async (_what, flow, body, step) => {
    canary.answerFor(flow, { statusCode: 200, body: JSON.stringify(body) });

    const lines = await canary.run();

    expect(failedIn(lines).map((line) => line.step)).toContain(step);
  });

  it('takes the page of something in between for a failure, and logs no word of it', async () => {
    canary.answerFor('sign-in', { statusCode: 200, body: '<!DOCTYPE html><p>Blocked by the proxy' });
    canary.answerFor('sign-out', { statusCode: 403, body: '{"code":"words of the proxy"}' });

    const lines = await canary.run();

    expect(failedIn(lines)).toMatchObject([{ step: 'sign-in', error_name: 'UnusableAnswer' }]);
    expect(JSON.stringify(lines)).not.toMatch(/proxy|Blocked/);
  });

  it('says so where the database is out of reach, and does not fail: a run at once would say nothing new', async () => {
    canary.world.proxy.fail({ operation: null, after: 0, times: 999, kind: 'access-denied' });

    const lines = await canary.run();

    expect(failedIn(lines).map(({ step }) => step)).toContain('account');
    expect(lines.at(-1)).toMatchObject({ event: 'canary-run', outcome: 'failure' });
  });

  it('goes on after a run that ended before it could take its password away', async () => {
    canary.world.proxy.fail({ operation: 'DeleteItem', after: 0, times: 999, kind: 'access-denied' });
    const interrupted = await canary.run();
    const left = await storedOf('credentials');
    canary.world.proxy.heal();
    canary.world.clock.advance(FIVE_MINUTES);

    const lines = await canary.run();

    expect(failedIn(interrupted)).toMatchObject([{ step: 'account' }]);
    expect(left).toHaveLength(1);
    expect(failedIn(lines)).toEqual([]);
    expect(await storedOf('credentials')).toEqual([]);
  });

  it('beside another run leaves the password of that one alone, and counts no failure', async () => {
    const { world } = canary;
    const others = {
      pk: `ACCOUNT#${CANARY_ACCOUNT_ID}`,
      sk: 'PASSWORD',
      schemaVersion: 2,
      phc: 'of the other run',
      resetProvenUntilEpochSeconds: world.clock.nowSeconds() + 1,
    };
    await putRows(world, 'credentials', [others]);

    const beside = await canary.run();
    const left = await storedOf('credentials');
    world.clock.advance(1);
    const behind = await canary.run();

    expect(beside.find(({ step }) => step === 'account')).toMatchObject({ outcome: 'skipped' });
    expect(stepsOf(beside)).not.toContain('sign-in');
    expect(failedIn(beside)).toEqual([]);
    expect(left).toEqual([others]);
    expect(stepsOf(behind)).toContain('sign-out');
    expect(await storedOf('credentials')).toEqual([]);
  });
});

describe('run-canary where captchas are asked for', () => {
  it('counts it as right to be asked for one, and does not get in', async () => {
    const canary = await startCanaryWorld({
      settings: { captcha: { enabled: true, siteKey: 'a-site-key', when: 'always' } },
      captchaSecret: 'a-secret-of-captchas',
    });

    const lines = await canary.run();
    await canary.close();

    expect(failedIn(lines)).toEqual([]);
    expect(lines.find(({ step }) => step === 'sign-in')).toMatchObject({ outcome: 'skipped' });
    expect(stepsOf(lines)).not.toContain('sign-out');
  });
});
