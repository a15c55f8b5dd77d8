import { describe, expect, it } from '@jest/globals';
import type { KeyWords } from '../../shared/contract/key-words.ts';
import { EDITABLE_CLAIMS } from '../../shared/contract/profile-claims.ts';
import { JWT_KINDS, OPAQUE_KINDS } from '../../shared/keyring/token-kinds.ts';
import { AUDIENCES, type HeldKind, TOKEN_KINDS } from '../support/every-token.ts';
import { everyRoute, httpContracts } from '../support/fixtures.ts';
import { answerTextPlaces } from '../support/text-places.ts';

/** The kind of token that finds a row of the table Tokens, by the first word of its key; `null` for none. */
const TOKEN_OF_ROWS: Record<KeyWords['tokens'], HeldKind | null> = {
  ACCOUNT: 'refresh token',
  CHANGE: null,
  DELETION: 'deletion token',
  EMAIL_CHANGE: 'email change token',
  EMAIL_PROOF: 'email proof token',
  FACTOR_RESET: 'factor reset token',
  EXPORT: 'export token',
  IDEMPOTENCY: null, // by a MAC over caller and key
  LIMIT: null,
  PENDING: null,
  RECOVERY: 'recovery token',
  RESEND: null,
  SERIES: null,
  SIGN_IN_LINK: 'sign-in link',
  SIGN_IN_VETO: 'sign-in veto',
  SIGN_UP: 'sign-up token',
  SMS_BREAKER: null,
  SMS_BUDGET: null,
  SMS_SPENT: null,
  UNDO: 'undo token',
  STEP_UP: 'step-up token',
  VERIFICATION: 'verification id',
};

/** Kinds of tokens in answers, by field name. */
const TOKEN_OF_ANSWERS: Readonly<Record<string, HeldKind>> = {
  access_token: 'access token',
  refresh_token: 'refresh token',
  challenge_token: 'challenge token',
  verification_id: 'verification id',
  phone_proof: 'phone proof',
  device_token: 'device token',
  step_up_token: 'step-up token',
  next_cursor: 'history cursor',
  session_id: 'session id',
  account_id: 'account id',
  sub: 'account id',
};

/** Other texts of answers. */
const NO_TOKENS: readonly string[] = [
  // Codes and their sources, which have suites of their own.
  'recovery_codes secret otpauth_uri qr',
  // Parts of a factor; an app's id is a parameter of DELETE /two-factor/{factor}.
  'factor factors id enrollment_id phone_hint enrolled_at',
  // Entries of the lists of sessions and of the history.
  'kind text program system network created_at last_used_at occurred_at operator_reason',
  'status token_type proves recovery_phone expires_at fresh_until restored',
  'email phone_number new',
  'confirmed confirmed_by open waits_until asked_at',
  // A deletion, and what an export has: neither names a row that a caller could reach.
  'erases_at format made_at changes_refused_until country awaited_until device_name methods source_ip',
  'reason since recovery_by_phone_paused_until recovery_phone_before kept_until',
  'device_id last_signed_in_at locked_until event changed_at email_before phone_number_before undoable_until type',
  // Discovery, keys, the OpenAPI document.
  'openapi issuer jwks_uri response_types_supported subject_types_supported id_token_signing_alg_values_supported',
  'revocation_endpoint revocation_endpoint_auth_methods_supported acr_values_supported claims_supported kid kty n e alg use',
]
  .flatMap((names) => names.split(' '))
  .concat(EDITABLE_CLAIMS.filter((name) => name !== 'address')); // the address is an object

const walked = (names: readonly string[]): string[] => names.map((name) => name.replaceAll('-', ' '));

describe('the kinds of tokens that test/attack walks', () => {
  it('are all that the sources sign: JWTs and opaque tokens with a MAC', () => {
    const signed = walked([...Object.keys(JWT_KINDS), ...Object.keys(OPAQUE_KINDS)]);

    expect(signed.filter((kind) => !TOKEN_KINDS.some((one) => one === kind))).toEqual([]);
  });

  it('are all that find a row', () => {
    const words = new Set(httpContracts.flatMap(({ tables }) => Object.keys(tables.tokens ?? {})));
    const found = Object.values(TOKEN_OF_ROWS).filter((kind) => kind !== null);

    expect([...words].filter((word) => !(word in TOKEN_OF_ROWS))).toEqual([]);
    expect(TOKEN_KINDS).toEqual(expect.arrayContaining(found));
  });

  it('are all that an answer can hold', () => {
    const names = new Set(everyRoute().flatMap((one) => answerTextPlaces(one).map((path) => path.at(-1) ?? '')));

    const classified = [...Object.keys(TOKEN_OF_ANSWERS), ...NO_TOKENS];

    expect([...names].toSorted()).toEqual(classified.toSorted());
  });
});

describe('the kinds of JWTs', () => {
  /** @asvs 9.2.4 */
  it('have a type and an audience of their own', () => {
    const kinds = Object.entries(JWT_KINDS);
    const audiences = kinds.map(([name, { audienceSuffix }]) => [...walked([name]), `keyturn${audienceSuffix}`]);

    expect(new Set(kinds.map(([, { typ }]) => typ)).size).toBe(kinds.length);
    expect(Object.fromEntries(audiences)).toEqual(AUDIENCES);
    expect(new Set(Object.values(AUDIENCES)).size).toBe(kinds.length);
  });
});

describe('the kinds of opaque tokens', () => {
  it('have a format and a key of their own', () => {
    const kinds = Object.values(OPAQUE_KINDS);

    expect(new Set(kinds.map(({ format }) => format)).size).toBe(kinds.length);
    expect(new Set(kinds.map(({ purpose }) => purpose)).size).toBe(kinds.length);
  });
});
