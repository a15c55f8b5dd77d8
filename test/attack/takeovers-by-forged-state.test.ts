import { createHash, createHmac, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KeyPurpose, type Keyring, makeKeyring } from '../../shared/keyring/keyring.ts';
import { JWT_KINDS, OPAQUE_KINDS } from '../../shared/keyring/token-kinds.ts';
import { AUDIENCES, type HeldTokens, holdEveryToken } from '../support/every-token.ts';
import { asOwner } from '../support/fixtures.ts';
import { GOOD_PASSWORD, refresh } from '../support/journeys.ts';
import { bearer, jsonBody, loadEvent } from '../support/load-event.ts';
import { mailEvent } from '../support/lost-mail.ts';
import { otherApi } from '../support/plain-verifier.ts';
import { totpCode } from '../support/second-factor.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';
import { STEP_SECONDS } from '../support/two-factor-journeys.ts';
import { giveCode } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

type JwtKind = keyof typeof JWT_KINDS;
type OpaqueKind = keyof typeof OPAQUE_KINDS;
type SignedKind = JwtKind | OpaqueKind;

/** What a stranger can know of a service: its sources, its published keys, and tokens of its own. */
interface Known {
  /** A keyring of the same form with other secrets. */
  foreign: Keyring;
  foreignKey: KeyObject;
  /** The published key of the token, as PEM. */
  publishedPem: string;
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Ways to sign a JWT's header and claims without the service's key (RFC 8725 §2.1, §2.2). */
const JWT_FORGERIES: Record<string, (header: object, claims: string, known: Known) => string> = {
  'with a key of their own': (header, claims, { foreignKey }) => {
    const signed = `${base64url(header)}.${claims}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), foreignKey).toString('base64url')}`;
  },
  'with a key of their own that the header brings': (header, claims, { foreignKey }) => {
    const jwk = createPublicKey(foreignKey).export({ format: 'jwk' });
    const signed = `${base64url({ ...header, jwk })}.${claims}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), foreignKey).toString('base64url')}`;
  },
  'with the published key as a secret': (header, claims, { publishedPem }) => {
    const signed = `${base64url({ ...header, alg: 'HS256' })}.${claims}`;
    return `${signed}.${createHmac('sha256', publishedPem).update(signed).digest('base64url')}`;
  },
  'with an empty secret': (header, claims) => {
    const signed = `${base64url({ ...header, alg: 'HS256' })}.${claims}`;
    return `${signed}.${createHmac('sha256', '').update(signed).digest('base64url')}`;
  },
  'with nothing': (header, claims) => `${base64url({ ...header, alg: 'none' })}.${claims}.`,
};

const MAC_BYTES = 16;

/** Ways to sign an opaque token's bytes without the keyring. */
const OPAQUE_FORGERIES: Record<string, (signed: Buffer, purpose: KeyPurpose, known: Known) => Buffer> = {
  'with a keyring of their own': (signed, purpose, { foreign }) => foreign.hmac(purpose, signed),
  'with an empty secret': (signed) => createHmac('sha256', '').update(signed).digest(),
  'with a secret of zeros': (signed) => createHmac('sha256', Buffer.alloc(32)).update(signed).digest(),
  'with the name of the purpose': (signed, purpose) =>
    createHmac('sha256', `keyturn/${purpose}`).update(signed).digest(),
  'with the published key': (signed, _, { publishedPem }) => createHmac('sha256', publishedPem).update(signed).digest(),
  'with a hash that has no key': (signed) => createHash('sha256').update(signed).digest(),
  'with nothing': () => Buffer.alloc(MAC_BYTES),
};

const heldName = (kind: SignedKind) => kind.replaceAll('-', ' ') as keyof HeldTokens['tokens'];

const CASES: [kind: SignedKind, how: string][] = [
  ...(Object.keys(JWT_KINDS) as JwtKind[]).flatMap((kind) =>
    Object.keys(JWT_FORGERIES).map((how): [SignedKind, string] => [kind, how]),
  ),
  ...(Object.keys(OPAQUE_KINDS) as OpaqueKind[]).flatMap((kind) =>
    Object.keys(OPAQUE_FORGERIES).map((how): [SignedKind, string] => [kind, how]),
  ),
];

/** CVE-2026-121802: state that the client keeps between two steps could be signed by a stranger. */
describe('state that a client keeps', () => {
  let world: World;
  let held: HeldTokens;
  let known: Known;

  beforeAll(async () => {
    world = await startWorld();
    held = await holdEveryToken(world);
    const { signingKeys } = JSON.parse(readFileSync(world.keyringFile, 'utf8'));
    const published = createPrivateKey({ key: signingKeys[0].privateKey, format: 'jwk' });
    const { kid } = JSON.parse(Buffer.from(held.tokens['access token'].split('.')[0] ?? '', 'base64url').toString());
    const own = newSigningKey(kid);
    known = {
      foreign: makeKeyring({ roots: [newRoot(1)], signingKeys: [own] }),
      foreignKey: createPrivateKey({ key: own.privateKey, format: 'jwk' }),
      publishedPem: String(createPublicKey(published).export({ type: 'spki', format: 'pem' })),
    };
  });
  afterAll(() => world.close());

  /** Whether a token of a kind is taken where that kind is. A new kind does not compile until it is here. */
  const TAKEN: Record<SignedKind, (token: string) => Promise<boolean>> = {
    'access-token': async (token) => {
      const event = loadEvent('get-profile/get', asOwner({ access_token: token, account_id: held.owner.account_id }));
      return (await world.call('get-profile', event)).status === 200;
    },
    'phone-proof': async (token) => (await otherApi(world))(token, AUDIENCES['phone proof'] ?? ''),
    'refresh-token': async (token) => (await refresh(world, token)).status === 200,
    'challenge-token': async (token) => {
      world.clock.advance(STEP_SECONDS);
      return (await giveCode(world, totpCode(world, held.owner.secret), { token })).status === 200;
    },
    // The row of the challenge names a device that the account knows.
    'device-token': async (token) => {
      const { email } = held.owner;
      const namedBy = async () => (await world.rows('tokens')).filter(({ purpose, deviceId }) => purpose && deviceId);
      const before = (await namedBy()).length;
      await world.call(
        'sign-in',
        loadEvent('sign-in/json', jsonBody({ email, password: GOOD_PASSWORD, device_token: token })),
      );
      return (await namedBy()).length > before;
    },
    'history-cursor': async (cursor) => {
      const asked = { ...bearer(held.owner.access_token), queryStringParameters: { cursor } };
      return (await world.call('list-events', loadEvent('list-events/get', asked))).status === 200;
    },
    'mail-reference': async (reference) => {
      await world.tell(mailEvent('record-feedback/bounce', { email: held.owner.email, reference }));
      const rows = await world.rows('accounts');
      return rows.some(({ email, emailMark }) => email === held.owner.email && emailMark !== undefined);
    },
    'verification-id': async (verificationId) => (await giveCode(world, held.code, { verificationId })).status === 200,
  };

  const forge = (kind: SignedKind, how: string): string => {
    const token = held.tokens[heldName(kind)];
    if (kind in JWT_KINDS) {
      const [header = '', claims = ''] = token.split('.');
      return JWT_FORGERIES[how]?.(JSON.parse(Buffer.from(header, 'base64url').toString()), claims, known) ?? '';
    }
    const signed = Buffer.from(token, 'base64url').subarray(0, -MAC_BYTES);
    const { purpose } = OPAQUE_KINDS[kind as OpaqueKind];
    const { email, account_id: accountId } = held.owner;
    const bindings = { 'device-token': email, 'mail-reference': email, 'history-cursor': accountId };
    const boundTo = Buffer.from(bindings[kind as keyof typeof bindings] ?? '');
    const mac =
      OPAQUE_FORGERIES[how]?.(Buffer.concat([signed, boundTo]), purpose, known).subarray(0, MAC_BYTES) ??
      Buffer.alloc(0);
    return Buffer.concat([signed, mac]).toString('base64url');
  };

  /** @asvs 9.1.1 */
  it.each(CASES)('is not taken where anybody signed it: %s, signed %s', async (kind, how) => {
    const forged = forge(kind, how);

    expect(forged.length).toBeGreaterThan(40);
    expect(forged).not.toBe(held.tokens[heldName(kind)]);
    expect(await TAKEN[kind](forged)).toBe(false);
  });

  // Last, because it uses them up.
  it.each(Object.keys(TAKEN) as SignedKind[])(
    'is taken as the service signed it, after all those: %s',
    async (kind) => {
      expect(await TAKEN[kind](held.tokens[heldName(kind)])).toBe(true);
    },
  );
});
