import * as z from 'zod/mini';
import { signUpRow } from '../../shared/account/sign-ups.ts';
import { defineRow } from '../../shared/aws/define-row.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { isExpired, type RowOf } from '../../shared/aws/row.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Keyring } from '../../shared/keyring/keyring.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { sha256 } from '../../shared/primitives/digest.ts';

/** The token that an address was sent last, by the MAC of the address; its other row, by its hash, says whether it is good. */
const latestSignUpRow = defineRow({
  table: 'tokens',
  word: 'SIGN_UP',
  sortKey: () => 'LATEST',
  shape: { tokenHash: z.string(), salt: z.string(), expiresAtEpochSeconds: z.int() },
});

export interface IssueSignUpTokenDeps {
  dynamo: Dynamo;
  keyring: Pick<Keyring, 'hmac'>;
  derivedSecrets: DerivedSecrets;
  clock: Clock;
  settings: { tokens: { signUpSeconds: number } };
}

/** A token, and the whole seconds that it still lives. */
interface SignUpToken {
  token: string;
  validSeconds: number;
}

/**
 * Deliveries for one address can meet; each meeting settles at least one of them.
 *
 * @see DynamoDB Developer Guide, "Optimistic locking with version number": read again, then write again
 */
const ISSUE_ATTEMPTS = 5;

/** There is no account yet, and so no epoch. */
const NO_EPOCH = null;

/**
 * Makes the token of a sign-up, or the same one again while it lives. A repeat changes the language that the account will begin with,
 * so that it is that of the newest mail and not of the first request.
 */
const makeIssueSignUpToken = ({ dynamo, keyring, derivedSecrets, clock, settings }: IssueSignUpTokenDeps) => {
  const derive = (salt: string, row: string, email: string) =>
    derivedSecrets.token(salt, { purpose: 'sign-up-token', row, epoch: NO_EPOCH, destination: email });

  /** @returns `null` where there is none, where it is used, or where it can't be derived any more */
  const repeat = async (
    latest: RowOf<typeof latestSignUpRow> | null,
    { row, email, locale }: { row: string; email: string; locale: string | null },
  ): Promise<SignUpToken | null> => {
    const nowSeconds = clock.nowSeconds();
    if (!latest || isExpired(latest, nowSeconds)) return null;
    const { tokenHash, salt, expiresAtEpochSeconds } = latest;
    const token = await derive(salt, row, email);
    if (token === null || sha256(token) !== tokenHash) return null;
    const { when } = signUpRow;
    const key = signUpRow.key(tokenHash);
    const renewed = signUpRow.updateWrite(key, { set: { locale } }, when.and(when.exists, when.lives(nowSeconds)));
    const { won } = await dynamo.write(renewed);
    return won ? { token, validSeconds: expiresAtEpochSeconds - nowSeconds } : null;
  };

  return async ({ email, locale }: { email: string; locale: string | null }): Promise<SignUpToken> => {
    const row = keyring.hmac('limit-key', `sign-up-token/${email}`).toString('base64url');
    const at = latestSignUpRow.key(row);
    for (let attempt = 0; attempt < ISSUE_ATTEMPTS; attempt += 1) {
      const item = await dynamo.get('tokens', at);
      const latest = item && latestSignUpRow.parse(item);
      const repeated = await repeat(latest, { row, email, locale });
      if (repeated) return repeated;

      const salt = derivedSecrets.newSalt();
      const token = await derive(salt, row, email);
      if (token === null) throw new Error('the keyring lacks its current version');
      const tokenHash = sha256(token);
      const validSeconds = settings.tokens.signUpSeconds;
      const expiresAtEpochSeconds = clock.nowSeconds() + validSeconds;
      const { when } = latestSignUpRow;
      const { won } = await dynamo.transact([
        signUpRow.putWrite(signUpRow.key(tokenHash), { email, locale, expiresAtEpochSeconds }, signUpRow.when.isNew),
        latestSignUpRow.putWrite(
          at,
          { tokenHash, salt, expiresAtEpochSeconds },
          latest ? when.is('tokenHash', latest.tokenHash) : when.isNew,
        ),
      ]);
      if (won) return { token, validSeconds };
    }
    throw new Error('a sign-up token kept losing to others of its address');
  };
};

export type IssueSignUpToken = ReturnType<typeof makeIssueSignUpToken>;

export const provideIssueSignUpToken = (scope: Scope<'tokens'> & Ports): IssueSignUpToken =>
  makeIssueSignUpToken({ ...scope, derivedSecrets: scope.use(makeDerivedSecrets) });
