import {
  codeNow,
  type FullOwner,
  forgetSteps,
  openFullOwner,
  PASSWORD,
  receiveCode,
  shareClaim,
  signIn,
  signInFully,
} from './owners.ts';
import { type Prepare, type Probe, probeRequest } from './probe.ts';
import type { KeptRows } from './rows.ts';
import { newAddress, newNumber, type Surroundings } from './surroundings.ts';

/** One owner for all flows; each starts from the owner's first state. */
const owners = new WeakMap<Surroundings, Promise<FullOwner>>();

const fullOwner = async (surroundings: Surroundings): Promise<FullOwner> => {
  const opening = owners.get(surroundings) ?? openFullOwner(surroundings);
  owners.set(surroundings, opening);
  const owner = await opening;
  await Promise.all([owner.kept.restore(), surroundings.rows.forgetCounters()]);
  return owner;
};

/** The owner, signed in with the app, with all their rows. */
const signedIn = async (surroundings: Surroundings) => {
  const owner = await fullOwner(surroundings);
  const { access_token: token } = await signInFully(surroundings, owner);
  await forgetSteps(surroundings, owner.accountId);
  return { owner, token };
};

const keepAbout = async ({ rows }: Surroundings, ...texts: string[]): Promise<KeptRows> =>
  rows.keep(await rows.partitionsAbout(texts));

/** A flow with one request of a session. */
const bySession =
  (name: string, line: string): Prepare =>
  async (surroundings) => {
    const { owner, token } = await signedIn(surroundings);
    const kept = await keepAbout(surroundings, owner.accountId);
    const request = () => surroundings.request(line, { token });
    return [probeRequest({ name, before: kept.restore, request, status: 200 })];
  };

const confirmTotp: Prepare = async (surroundings) => {
  const { owner, token } = await signedIn(surroundings);
  const { secret } = (await surroundings.request('POST /two-factor/totp', { token })).body;
  const kept = await keepAbout(surroundings, owner.accountId);
  const confirmWith = (name: string, more: object): Probe =>
    probeRequest({
      name,
      before: kept.restore,
      request: () =>
        surroundings.request('POST /two-factor/totp/confirm', { token, body: { code: codeNow(secret), ...more } }),
      status: 200,
    });
  return [
    confirmWith('the first code', {}),
    confirmWith('the first code, with other sessions that live on', { end_other_sessions: false }),
  ];
};

const renewRecoveryCodes: Prepare = async (surroundings) => {
  const { owner, token } = await signedIn(surroundings);
  const kept = await keepAbout(surroundings, owner.accountId);
  const renew = (name: string, more: { body?: object }): Probe =>
    probeRequest({
      name,
      before: kept.restore,
      request: () => surroundings.request('POST /two-factor/recovery-codes', { token, ...more }),
      status: 200,
    });
  return [
    renew('new codes', {}),
    renew('new codes, with other sessions that live on', { body: { end_other_sessions: false } }),
  ];
};

const removeFactor: Prepare = async (surroundings) => {
  const { owner, token } = await signedIn(surroundings);
  const kept = await keepAbout(surroundings, owner.accountId, owner.phoneNumber);
  const remove = (name: string, factor: string, before = kept.restore): Probe =>
    probeRequest({
      name,
      before,
      request: () => surroundings.request(`DELETE /two-factor/${factor}`, { token }),
      status: 200,
    });
  return [
    remove('the factor totp', 'totp'),
    remove('the factor sms', 'sms'),
    remove('the factor sms, with a number that another account has', 'sms', async () => {
      await kept.restore();
      await shareClaim(surroundings, owner.phoneNumber, owner.accountId);
    }),
  ];
};

const reauthenticate: Prepare = async (surroundings) => {
  const { owner, token } = await signedIn(surroundings);
  const sms = await receiveCode(surroundings, { token, readAt: owner.phoneNumber });
  const kept = await keepAbout(surroundings, owner.accountId);
  const prove = (name: string, code: () => string): Probe =>
    probeRequest({
      name,
      before: kept.restore,
      request: () =>
        surroundings.request('POST /sessions/current/reauthenticate', {
          token,
          body: { password: PASSWORD, code: code() },
        }),
      status: 200,
    });
  return [
    prove('a code by SMS', () => sms),
    prove('a code of an app', () => codeNow(owner.secret)),
    prove('a recovery code', () => owner.recoveryCodes[0] ?? ''),
  ];
};

const requestVerification: Prepare = async (surroundings) => {
  const { owner, token } = await signedIn(surroundings);
  const { challenge_token: challenge } = await signIn(surroundings, owner.email);
  const kept = await keepAbout(surroundings, owner.accountId);
  const before = async (): Promise<void> => {
    await Promise.all([kept.restore(), surroundings.rows.forgetCounters()]);
  };
  const ask = (more: { token?: string }) =>
    surroundings.request('POST /verification', { ...more, body: { phone_number: newNumber() } });
  return [
    probeRequest({ name: 'of a number alone', request: () => ask({}), status: 200 }),
    probeRequest({ name: 'of a session', before, request: () => ask({ token }), status: 200 }),
    probeRequest({ name: 'of a challenge', before, request: () => ask({ token: challenge }), status: 200 }),
  ];
};

const verifyCode: Prepare = async (surroundings) => {
  const { owner, token } = await signedIn(surroundings);
  const { challenge_token: challenge } = await signIn(surroundings, owner.email);
  const { challenge_token: smsChallenge } = await signIn(surroundings, owner.email);
  const [phoneNumber, otherNumber, address] = [newNumber(), newNumber(), newAddress()];
  const sms = await receiveCode(surroundings, { token: smsChallenge, readAt: owner.phoneNumber });
  const factorCode = await receiveCode(surroundings, { token, phoneNumber: otherNumber });
  const phoneCode = await receiveCode(surroundings, { phoneNumber, address });
  // Includes the factor's own number, whose claim is removed when another replaces it.
  const kept = await keepAbout(surroundings, owner.accountId, phoneNumber, owner.phoneNumber);

  const give = (name: string, code: () => string, more: { token?: string; address?: string }): Probe =>
    probeRequest({
      name,
      before: kept.restore,
      request: () => surroundings.request('POST /verification/verify', { ...more, body: { code: code() } }),
      status: 200,
    });
  return [
    give('a sign-in by an app', () => codeNow(owner.secret), { token: challenge }),
    give('a sign-in by a recovery code', () => owner.recoveryCodes[0] ?? '', { token: challenge }),
    give('a sign-in by SMS', () => sms, { token: smsChallenge }),
    give('a new number as a factor', () => factorCode, { token }),
    give('a number alone', () => phoneCode, { address }),
  ];
};

/** Flows of second factors and proven numbers. */
export const SECOND_FACTOR_PROBES: Readonly<Record<string, Prepare>> = {
  'get-two-factor': bySession('the own factors', 'GET /two-factor'),
  'enroll-totp': bySession('an app', 'POST /two-factor/totp'),
  'confirm-totp': confirmTotp,
  'renew-recovery-codes': renewRecoveryCodes,
  'remove-factor': removeFactor,
  reauthenticate,
  'request-verification': requestVerification,
  'verify-code': verifyCode,
};
