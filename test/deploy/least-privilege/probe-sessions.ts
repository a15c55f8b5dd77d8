import { argon2id, hash } from 'argon2';
import { beginSignUp, mailedToken, type Owner, openOwner, PASSWORD, shareClaim, signIn } from './owners.ts';
import { type Prepare, type Probe, probeRequest } from './probe.ts';
import type { KeptRows, Partition } from './rows.ts';
import { newEmail, newNumber, type Surroundings } from './surroundings.ts';

/** Below every minimum, so that the next sign-in rehashes the password. */
const WEAK = { type: argon2id, memoryCost: 1024, timeCost: 2, parallelism: 1 } as const;

/** Longer ago than a retry of a lost refresh may be. */
const LONG_AGO_MS = 60_000;

/** All present rows of an owner. */
const keepAll = async ({ rows }: Surroundings, { accountId }: Owner): Promise<KeptRows> =>
  rows.keep(await rows.partitionsAbout([accountId]));

const signedIn = async (surroundings: Surroundings) => {
  const owner = await openOwner(surroundings);
  const session = await signIn(surroundings, owner.email);
  return { owner, session, token: session.access_token, kept: await keepAll(surroundings, owner) };
};

/** An owner with a recovery mail. */
const recovering = async (surroundings: Surroundings) => {
  const owner = await openOwner(surroundings);
  await surroundings.request('POST /account/recovery', { body: { email: owner.email } });
  const token = await mailedToken(surroundings, owner.email, 2); // the first was the sign-up's
  return { owner, token, kept: await keepAll(surroundings, owner) };
};

/** The same as release 0.1.0 left it: a token without a channel, and a number that is no factor. */
const recoveringAsBefore = async (surroundings: Surroundings) => {
  const { rows } = surroundings;
  const { owner, token } = await recovering(surroundings);
  const phone = { e164: newNumber(), country: 'AT' };
  const tokens = (await rows.partitionsAbout([owner.accountId])).filter(([, pk]) => pk.startsWith('RECOVERY#'));
  for (const partition of tokens)
    await rows.edit(
      partition,
      () => true,
      () => ({ channel: undefined }),
    );
  await rows.edit(
    ['accounts', `ACCOUNT#${owner.accountId}`],
    (sortKey) => sortKey === 'ACCOUNT',
    () => ({ phone }),
  );
  return { token, kept: await keepAll(surroundings, owner) };
};

const BY_MAIL = [
  ['by mail', recovering],
  ['by mail, of the release before', recoveringAsBefore],
] as const;

const checkResetToken: Prepare = async (surroundings) => {
  const probes: Probe[] = [];
  for (const [name, open] of BY_MAIL) {
    const { token } = await open(surroundings);
    const request = () => surroundings.request('POST /reset', { body: { reset_token: token } });
    probes.push(probeRequest({ name: `a good token ${name}`, request, status: 200 }));
  }
  return probes;
};

const resetPassword: Prepare = async (surroundings) => {
  const probes: Probe[] = [];
  for (const [name, open] of BY_MAIL) {
    const { token, kept } = await open(surroundings);
    const body = { token, new_password: 'a much better horse' };
    const request = () => surroundings.request('POST /account/reset-password', { body });
    probes.push(probeRequest({ name: `a reset ${name}`, before: kept.restore, request, status: 200 }));
  }
  return probes;
};

const completeSignUp: Prepare = async (surroundings) => {
  const { rows } = surroundings;
  const email = newEmail();
  const token = await beginSignUp(surroundings, email);
  const kept = await rows.keep([...(await rows.partitionsAbout([email])), ['accounts', `EMAIL#${email}`]]);
  const request = () => surroundings.request('POST /accounts/complete', { body: { token, password: PASSWORD } });
  return [probeRequest({ name: 'a sign-up', before: kept.restore, request, status: 200 })];
};

const signUp: Prepare = async ({ request }) => [
  probeRequest({
    name: 'a new address',
    request: () => request('POST /accounts', { body: { email: newEmail() } }),
    status: 200,
  }),
];

const requestRecovery: Prepare = async ({ request }) => [
  probeRequest({
    name: 'by address',
    request: () => request('POST /account/recovery', { body: { email: newEmail() } }),
    status: 200,
  }),
  probeRequest({
    name: 'by number',
    request: () => request('POST /account/recovery', { body: { phone_number: newNumber() } }),
    status: 200,
  }),
];

const signInFlow: Prepare = async (surroundings) => {
  const { rows } = surroundings;
  const { owner, kept } = await signedIn(surroundings);
  const body = { email: owner.email, password: PASSWORD };
  const request = () => surroundings.request('POST /sessions', { body });
  const restore = async (): Promise<void> => {
    await Promise.all([kept.restore(), rows.forgetCounters()]);
  };
  const weaken = async (): Promise<void> => {
    await restore();
    const phc = await hash(PASSWORD, WEAK);
    await rows.edit(
      ['credentials', `ACCOUNT#${owner.accountId}`],
      (sortKey) => sortKey === 'PASSWORD',
      () => ({ phc }),
    );
  };
  /** Marks an app as active; no code of it is needed. */
  const addApp = async (): Promise<void> => {
    await restore();
    const app = { name: 'app', secret: '', lastStep: 1, enrolledAtEpochSeconds: 1 };
    const factors = { apps: { app }, sms: null, recoveryCodes: {}, changes: 0 };
    await rows.put('credentials', { pk: `ACCOUNT#${owner.accountId}`, sk: 'FACTORS', schemaVersion: 1, ...factors });
  };
  return [
    probeRequest({ name: 'a password', before: restore, request, status: 200 }),
    probeRequest({ name: 'a password with a weak hash', before: weaken, request, status: 200 }),
    probeRequest({ name: 'a password before a second factor', before: addApp, request, status: 200 }),
  ];
};

const refreshSession: Prepare = async (surroundings) => {
  const { rows } = surroundings;
  const { owner, session } = await signedIn(surroundings);
  const refresh = (token: string) => surroundings.request('POST /sessions/refresh', { body: { refresh_token: token } });
  const { body: next } = await refresh(session.refresh_token);
  await rows.edit(
    ['tokens', `ACCOUNT#${owner.accountId}`],
    (sortKey) => sortKey.startsWith('SESSION#'),
    ({ rotatedAtMs }) => ({ rotatedAtMs: Number(rotatedAtMs) - LONG_AGO_MS }),
  );
  const kept = await keepAll(surroundings, owner);
  return [
    probeRequest({
      name: 'the newest token',
      before: kept.restore,
      request: () => refresh(next.refresh_token),
      status: 200,
    }),
    probeRequest({
      name: 'a token that was used long ago',
      before: kept.restore,
      request: () => refresh(session.refresh_token),
      status: 400,
      code: 'invalid-token',
    }),
  ];
};

const signOut: Prepare = async (surroundings) => {
  const { token, kept } = await signedIn(surroundings);
  const request = () => surroundings.request('DELETE /sessions/current', { token });
  return [probeRequest({ name: 'a session', before: kept.restore, request, status: 204 })];
};

const getProfile: Prepare = async (surroundings) => {
  const { rows } = surroundings;
  const { owner, token } = await signedIn(surroundings);
  // Proven under 0.1.0: only the claim tells whether it is verified.
  await rows.edit(
    ['accounts', `ACCOUNT#${owner.accountId}`],
    (sortKey) => sortKey === 'ACCOUNT',
    () => ({ phone: { e164: newNumber(), country: 'AT' } }),
  );
  const request = () => surroundings.request(`GET /profile/${owner.accountId}`, { token });
  return [probeRequest({ name: 'the own profile', request, status: 200 })];
};

const updateProfile: Prepare = async (surroundings) => {
  const { rows } = surroundings;
  const { owner, token } = await signedIn(surroundings);
  const phoneNumber = newNumber();
  const account: Partition = ['accounts', `ACCOUNT#${owner.accountId}`];
  const claim: Partition = ['accounts', `PHONE#${phoneNumber}`];
  await rows.put('accounts', { pk: claim[1], sk: 'CLAIM', schemaVersion: 1, accountId: owner.accountId });
  await rows.edit(
    account,
    (sortKey) => sortKey === 'ACCOUNT',
    () => ({ phone: { e164: phoneNumber, country: 'AT' } }),
  );
  const kept = await rows.keep([...(await rows.partitionsAbout([owner.accountId])), claim]);
  const patch = (name: string, body: object, before = kept.restore) =>
    probeRequest({
      name,
      before,
      request: () => surroundings.request(`PATCH /profile/${owner.accountId}`, { token, body }),
      status: 200,
    });
  return [
    patch('a merge into metadata', { metadata: { colour: 'blue' } }),
    patch('a number that is no factor', { phone_number: null }),
    patch('a number that is no factor, and that another account has', { phone_number: null }, async () => {
      await kept.restore();
      await shareClaim(surroundings, phoneNumber, owner.accountId);
    }),
  ];
};

const describeService: Prepare = async ({ request }) => [
  probeRequest({ name: 'the public keys', request: () => request('GET /.well-known/jwks.json'), status: 200 }),
];

/** Flows of passwords, sessions and profiles. */
export const SESSION_PROBES: Readonly<Record<string, Prepare>> = {
  'check-reset-token': checkResetToken,
  'reset-password': resetPassword,
  'complete-sign-up': completeSignUp,
  'sign-up': signUp,
  'request-recovery': requestRecovery,
  'sign-in': signInFlow,
  'refresh-session': refreshSession,
  'sign-out': signOut,
  'get-profile': getProfile,
  'update-profile': updateProfile,
  'describe-service': describeService,
};
