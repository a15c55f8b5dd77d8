import { type Account, type Accounts, makeAccounts } from '../../shared/account/accounts.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { ClaimedIntent } from '../../shared/outbox/outbox.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { TRIES_PER_CHALLENGE } from '../../shared/two-factor/attempt-policy.ts';
import { type FactorSecrets, makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import {
  mailedCodeHash,
  makeVerifications,
  type Verification,
  type Verifications,
} from '../../shared/two-factor/verifications.ts';

export interface IssueEmailCodeDeps {
  accounts: Pick<Accounts, 'find'>;
  verifications: Pick<Verifications, 'find' | 'setCode'>;
  secrets: Pick<FactorSecrets, 'hashEmailCode' | 'isEmailCode'>;
  derivedSecrets: DerivedSecrets;
  clock: Clock;
}

/** A code for the address of an account. */
interface IssuedEmailCode {
  account: Account;
  code: string;
  /** Whole seconds that it still lives: as long as the challenge that it answers. */
  validSeconds: number;
}

/**
 * Deliveries for one challenge can meet; of two at least one stores a code that the other finds.
 *
 * @see DynamoDB Developer Guide, "Optimistic locking with version number": read again, then write again
 */
const ISSUE_ATTEMPTS = 3;

/** Makes the code of a sign-in from a new device, or the same one again while its challenge lives. Its tries stay as they are. */
const makeIssueEmailCode = ({ accounts, verifications, secrets, derivedSecrets, clock }: IssueEmailCodeDeps) => {
  const codeOf = async (verification: Verification, { email }: Account, requestedAtMs: number) => {
    const { verificationId, purpose, epoch, codeSalt, expiresAtEpochSeconds } = verification;
    const bound = { verificationId, email };
    const derive = (salt: string) =>
      derivedSecrets.code(salt, {
        purpose: 'email-code-value',
        row: `${purpose}/${verificationId}`,
        epoch,
        destination: email,
      });

    const hash = mailedCodeHash(verification, clock.nowSeconds());
    const known = hash !== null && codeSalt !== undefined ? await derive(codeSalt) : null;
    if (hash !== null && known !== null && (await secrets.isEmailCode(hash, known, bound))) return known;

    const salt = derivedSecrets.newSalt();
    const code = await derive(salt);
    if (code === null) throw new Error('the keyring lacks its current version');
    const made = { hash: secrets.hashEmailCode(code, bound), salt, to: null, requestedAtMs, expiresAtEpochSeconds };
    return (await verifications.setCode(verification, made)) ? code : null;
  };

  /** @returns `null` where the code would be of no use: the challenge is over or used up, or its account has left its epoch */
  return async (
    verificationId: string,
    { requestedAtMs }: Pick<ClaimedIntent, 'requestedAtMs'>,
  ): Promise<IssuedEmailCode | null> => {
    for (let attempt = 0; attempt < ISSUE_ATTEMPTS; attempt += 1) {
      const verification = await verifications.find(verificationId);
      if (!verification || verification.tries >= TRIES_PER_CHALLENGE) return null;
      const { accountId, epoch, expiresAtEpochSeconds } = verification;
      const account = await accounts.find(accountId ?? '');
      if (!account || account.epoch !== epoch) return null;
      const code = await codeOf(verification, account, requestedAtMs);
      if (code !== null) return { account, code, validSeconds: expiresAtEpochSeconds - clock.nowSeconds() };
    }
    throw new Error('a code kept losing to others of its challenge');
  };
};

export type IssueEmailCode = ReturnType<typeof makeIssueEmailCode>;

export const provideIssueEmailCode = (scope: Scope & Ports): IssueEmailCode =>
  makeIssueEmailCode({
    ...scope,
    accounts: scope.use(makeAccounts),
    verifications: scope.use(makeVerifications),
    secrets: scope.use(makeFactorSecrets),
    derivedSecrets: scope.use(makeDerivedSecrets),
  });
