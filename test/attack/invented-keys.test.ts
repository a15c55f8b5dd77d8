import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KeyringDocument, makeKeyring } from '../../shared/keyring/keyring.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { makeAccessTokenSigner } from '../../shared/session/access-tokens.ts';
import { makeRefreshTokens } from '../../shared/session/refresh-tokens.ts';
import { makeChallengeTokens } from '../../shared/two-factor/challenge-tokens.ts';
import { makeVerificationIds, VERIFICATION_COOKIE } from '../../shared/two-factor/verification-ids.ts';
import { type HeldTokens, holdEveryToken } from '../support/every-token.ts';
import { getProfile, refresh } from '../support/journeys.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';
import { claimsOf } from '../support/two-factor-journeys.ts';
import { askForCode, giveCode } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

/** The keyring is read again for an unknown key at most once in this time. */
const MINUTE = 60;
const NEVER_MADE = [2, 3, 127, 128, 255];

/** The second byte of an opaque token is the version of its key. */
const withVersion = (text: string, version: number): string => {
  const bytes = Buffer.from(text, 'base64url');
  bytes.writeUInt8(version, 1);
  return bytes.toString('base64url');
};

const withKid = (token: string, kid: string): string => {
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', typ: 'at+jwt', kid })).toString('base64url');
  return [header, ...token.split('.').slice(1)].join('.');
};

/** A place where the caller's text names the key. */
interface Place {
  place: string;
  status: number;
  code: string;
  /** Sends a token that names a key that was never made. */
  invented(world: World, held: HeldTokens, version: number): Promise<Answer>;
}

const UNAUTHENTICATED = { status: 401, code: 'unauthenticated' };
const INVALID_CODE = { status: 400, code: 'invalid-code' };

const PLACES: Place[] = [
  {
    place: 'a refresh token',
    status: 400,
    code: 'invalid-token',
    invented: (world, { tokens }, version) => refresh(world, withVersion(tokens['refresh token'], version)),
  },
  {
    place: 'a challenge token, for a code by SMS',
    ...UNAUTHENTICATED,
    invented: (world, { tokens }, version) =>
      askForCode(world, { token: withVersion(tokens['challenge token'], version) }),
  },
  {
    place: 'a challenge token, with a code',
    ...UNAUTHENTICATED,
    invented: (world, { tokens }, version) =>
      giveCode(world, '000000', { token: withVersion(tokens['challenge token'], version) }),
  },
  {
    place: 'the id of a verification',
    ...INVALID_CODE,
    invented: (world, { tokens, code }, version) =>
      giveCode(world, code, { verificationId: withVersion(tokens['verification id'], version) }),
  },
  {
    place: 'the cookie of a verification',
    ...INVALID_CODE,
    invented: (world, { tokens, code }, version) => {
      const cookies = [`${VERIFICATION_COOKIE}=${withVersion(tokens['verification id'], version)}`];
      return giveCode(world, code, { changes: { cookies } });
    },
  },
  {
    place: 'an access token',
    ...UNAUTHENTICATED,
    invented: (world, { owner }, version) =>
      getProfile(world, { ...owner, access_token: withKid(owner.access_token, `invented-${version}`) }),
  },
];

describe('a key that was never made, named in a token', () => {
  let world: World;
  let held: HeldTokens;
  let keyring: string;

  beforeAll(async () => {
    world = await startWorld();
    held = await holdEveryToken(world);
    keyring = readFileSync(world.keyringFile, 'utf8');
  });
  afterAll(() => world.close());

  const linesOf = (from: number, holds: (line: { level: string; event: string }) => boolean): unknown[] =>
    world.logs
      .slice(from)
      .map((line) => JSON.parse(line))
      .filter(holds);

  it.each(PLACES)('is nothing but an invalid token, however often and whenever it comes: $place', async (one) => {
    const { status, code, invented } = one;
    const from = world.logs.length;
    const answers: Answer[] = [];

    for (const version of [...NEVER_MADE, ...NEVER_MADE]) {
      world.clock.advance(version % 2 === 0 ? MINUTE + 1 : 1);
      answers.push(await invented(world, held, version));
    }

    expect(answers.map((answer) => `${answer.status} ${answer.body.code}`)).toEqual(
      answers.map(() => `${status} ${code}`),
    );
    expect(linesOf(from, ({ level }) => level === 'error')).toEqual([]);
  });

  it.each(PLACES)('fills no log while the keyring can not be read, a line a minute: $place', async ({ invented }) => {
    await invented(world, held, 2); // the function is warm
    world.clock.advance(MINUTE + 1);
    const from = world.logs.length;
    writeFileSync(world.keyringFile, keyring.slice(0, 100));

    const during: Answer[] = [];
    for (const version of NEVER_MADE) during.push(await invented(world, held, version));
    writeFileSync(world.keyringFile, keyring);
    world.clock.advance(MINUTE + 1);
    const after = await invented(world, held, 2);

    // Whether the key exists is unknown: the only case in which the caller has to retry.
    expect(during.map(({ status }) => status)).toEqual(NEVER_MADE.map(() => 503));
    expect(linesOf(from, ({ event }) => event === 'keyring-not-read')).toHaveLength(1);
    expect(after.status).toBeLessThan(500);
  });

  it('keeps nobody waiting or out whose key is known, while the keyring can not be read', async () => {
    const { body: fresh } = await refresh(world, held.tokens['refresh token']);
    world.clock.advance(MINUTE + 1);
    writeFileSync(world.keyringFile, keyring.slice(0, 100));
    await PLACES[0]?.invented(world, held, 2);

    const refreshed = await refresh(world, fresh.refresh_token);
    const profile = await getProfile(world, refreshed.body);
    writeFileSync(world.keyringFile, keyring);

    expect([refreshed.status, profile.status]).toEqual([200, 200]);
  });
});

/** Possible only by hand: a rotation publishes keys long before they are used. */
describe('a key that came into use a moment ago, named in a token', () => {
  let world: World;
  let held: HeldTokens;
  let next: ReturnType<typeof makeKeyring>;

  beforeAll(async () => {
    world = await startWorld();
    held = await holdEveryToken(world);
    await getProfile(world, held.owner);
    await askForCode(world); // warms every function with the old keyring
    await refresh(world, 'nonsense');
    world.clock.advance(MINUTE + 1);
    const { roots, signingKeys } = JSON.parse(readFileSync(world.keyringFile, 'utf8')) as KeyringDocument;
    const now = world.clock.nowSeconds();
    const document = {
      roots: [...roots, { ...newRoot(2), activeFromEpochSeconds: now }],
      signingKeys: [...signingKeys, newSigningKey('added', now)],
    };
    writeFileSync(world.keyringFile, JSON.stringify(document));
    next = makeKeyring(document, world.clock.nowSeconds);
  });
  afterAll(() => world.close());

  it('is known at once to a function that had not read of it: a refresh token', async () => {
    const tokens = makeRefreshTokens({ keyring: next, randomness: csprng });
    const token = await tokens.read(held.tokens['refresh token']);
    if (!token) throw new Error('no refresh token');

    expect((await refresh(world, tokens.write(token))).status).toBe(200);
  });

  it('is known at once: a challenge token', async () => {
    const tokens = makeChallengeTokens({ keyring: next });
    const token = await tokens.read(held.tokens['challenge token']);
    if (!token) throw new Error('no challenge token');

    const answer = await askForCode(world, { token: tokens.write(token) });

    // The owner has an app and no number, which only a caller past the password is told.
    expect(answer).toMatchObject({ status: 409, body: { code: 'sms-unavailable' } });
  });

  it('is known at once: the id of a verification', async () => {
    const ids = makeVerificationIds({ keyring: next });
    const id = await ids.read(held.tokens['verification id']);
    if (!id) throw new Error('no id');

    expect((await giveCode(world, held.code, { verificationId: ids.write(id) })).status).toBe(200);
  });

  it('is known at once: an access token', async () => {
    const { sid, epoch, auth_time: authTimeEpochSeconds, amr: methods } = claimsOf(held.owner.access_token);
    const authority = { issuer: 'https://auth.bookshelf.example', audience: 'keyturn' };
    const parts = { keyring: next, authority, clock: world.clock, randomness: csprng };
    const principal = { accountId: held.owner.account_id, sessionId: sid, epoch, authTimeEpochSeconds, methods };
    const token = makeAccessTokenSigner({ ...parts, lifetimeSeconds: 300 }).sign(principal);

    expect((await getProfile(world, { ...held.owner, access_token: token })).status).toBe(200);
  });
});
