import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AppAnswer, makeAppClient, makeAuthenticator } from '../http-suite/app-client.ts';
import { waitForMails } from '../http-suite/target.ts';
import { GOOD_PASSWORD, tokenIn } from '../support/journeys.ts';
import { type RunningService, removeData, startRunningService } from '../support/running-service.ts';

/** Longer than a time step, and than two starts. */
const WITH_A_PAUSE_MS = 120_000;

/** What was used before the restart and is tried again after it. */
interface Used {
  what: string;
  again(): Promise<AppAnswer>;
  /** Code of the refusal. */
  refusal: string;
}

/**
 * CVE-2026-9802: a refresh token that had been rotated was taken again after a restart, because the check compared with the time
 * of the start. What is used up is in rows here, so a process that never saw it has to refuse it.
 *
 * @see https://github.com/keycloak/keycloak/issues/49426
 */
describe('a service that was killed and started again', () => {
  let service: RunningService;
  let app: ReturnType<typeof makeAppClient>;
  const used: Used[] = [];
  /** Tokens of the newest generation, whose older ones are tried. */
  let current: { access_token: string; refresh_token: string };
  let owner: { email: string; unusedCode: string };

  const post = (path: string, body: object, token?: string): Promise<AppAnswer> =>
    app(`POST ${path}`, { body, ...(token !== undefined && { token }) });
  const signUp = async () => {
    const email = `restart-${randomBytes(6).toString('hex')}@example.com`;
    await post('/accounts', { email });
    const [mail] = await waitForMails(service.inboxUrl, email, 1);
    const token = tokenIn(mail?.text ?? '');
    const { body } = await post('/accounts/complete', { token, password: GOOD_PASSWORD });
    return { email, token, session: body };
  };
  const refresh = (token: string) => post('/sessions/refresh', { refresh_token: token });
  const challengeOf = async (email: string): Promise<string> =>
    (await post('/sessions', { email, password: GOOD_PASSWORD })).body.challenge_token;
  const giveCode = (token: string, code: string) => post('/verification/verify', { code }, token);

  /** Uses each kind of thing that works once. */
  const useEverything = async (): Promise<void> => {
    const first = await signUp();
    const second = (await refresh(first.session.refresh_token)).body;
    current = (await refresh(second.refresh_token)).body;

    const reset = await signUp();
    await post('/account/recovery', { email: reset.email });
    const [mail] = await waitForMails(service.inboxUrl, reset.email, 2);
    const recovery = tokenIn(mail?.text ?? '');
    await post('/account/reset-password', { token: recovery, new_password: 'what the reset has set' });

    const left = await signUp();
    await app('DELETE /sessions/current', { token: left.session.access_token });

    const { email, session } = await signUp();
    const enrolled = await post('/two-factor/totp', {}, session.access_token);
    const nextCode = makeAuthenticator(enrolled.body.secret);
    const enrolment = await nextCode();
    const confirmed = await post('/two-factor/totp/confirm', { code: enrolment }, session.access_token);
    const [recoveryCode, unusedCode] = confirmed.body.recovery_codes;
    owner = { email, unusedCode };
    await giveCode(await challengeOf(email), recoveryCode);
    const answered = await challengeOf(email);
    const code = await nextCode();
    await giveCode(answered, code);
    const guessed = await challengeOf(email);
    for (let tries = 0; tries < 5; tries += 1) await giveCode(guessed, 'WRNG-WRNG-WRNG-WRNG');

    used.push(
      {
        what: 'a refresh token that was rotated',
        again: () => refresh(first.session.refresh_token),
        refusal: 'invalid-token',
      },
      {
        what: 'the token of a sign-up',
        again: () => post('/accounts/complete', { token: first.token, password: GOOD_PASSWORD }),
        refusal: 'invalid-token',
      },
      {
        what: 'the token of a recovery',
        again: () => post('/account/reset-password', { token: recovery, new_password: GOOD_PASSWORD }),
        refusal: 'invalid-token',
      },
      {
        what: 'the access token of a session that was left',
        again: () => app(`GET /profile/${left.session.account_id}`, { token: left.session.access_token }),
        refusal: 'unauthenticated',
      },
      {
        what: 'the access token of a session from before a reset',
        again: () => app(`GET /profile/${reset.session.account_id}`, { token: reset.session.access_token }),
        refusal: 'unauthenticated',
      },
      { what: 'a challenge', again: () => giveCode(answered, recoveryCode), refusal: 'invalid-code' },
      {
        what: 'the code of an app',
        again: async () => giveCode(await challengeOf(email), code),
        refusal: 'invalid-code',
      },
      {
        what: 'a recovery code',
        again: async () => giveCode(await challengeOf(email), recoveryCode),
        refusal: 'invalid-code',
      },
      {
        what: 'a challenge whose tries are used up',
        again: () => giveCode(guessed, unusedCode),
        refusal: 'invalid-code',
      },
    );
  };

  beforeAll(async () => {
    service = await startRunningService();
    app = makeAppClient(service.apiUrl, '127.78.0.1');
    await useEverything();
    await service.stop('SIGKILL');
    service = await startRunningService({ dataDirectory: service.dataDirectory });
    app = makeAppClient(service.apiUrl, '127.78.0.1');
  }, WITH_A_PAUSE_MS);
  afterAll(async () => {
    await service.stop();
    removeData(service);
  });

  /** @asvs 10.4.5 */
  it('takes nothing that was used before', async () => {
    const answers: [what: string, code: string][] = [];
    for (const { what, again } of used) answers.push([what, (await again()).body?.code]);

    expect(answers).toEqual(used.map(({ what, refusal }) => [what, refusal]));
    expect(used).toHaveLength(9);
  });

  it('has ended the session whose rotated token came again', async () => {
    expect(await refresh(current.refresh_token)).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
  });

  it('goes on with what was not used', async () => {
    const { session } = await signUp();
    const signedIn = await giveCode(await challengeOf(owner.email), owner.unusedCode);

    expect((await refresh(session.refresh_token)).status).toBe(200);
    expect(signedIn).toMatchObject({ status: 200, body: { recovery_codes_left: 8 } });
  });
});
