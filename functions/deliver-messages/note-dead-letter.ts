import { type Accounts, makeAccounts } from '../../shared/account/accounts.ts';
import { makePhoneClaims, type PhoneClaims } from '../../shared/account/phone-claims.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { deadLetterRow } from '../../shared/outbox/dead-letter-row.ts';
import type { Intent } from '../../shared/outbox/intent.ts';
import { INTENT_KEPT_SECONDS } from '../../shared/outbox/outbox.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { makeVerifications, type Verifications } from '../../shared/two-factor/verifications.ts';

interface NoteDeadLetterDeps {
  dynamo: Pick<Dynamo, 'write'>;
  accounts: Pick<Accounts, 'findIdByEmail'>;
  verifications: Pick<Verifications, 'find'>;
  phoneClaims: Pick<PhoneClaims, 'find'>;
  clock: Clock;
}

/**
 * Notes an intent that is given up under the account that it is for, so that it goes where the account is erased. One for nobody's address
 * or number leaves nothing.
 */
const makeNoteDeadLetter =
  ({ dynamo, accounts, verifications, phoneClaims, clock }: NoteDeadLetterDeps) =>
  async (partitionKey: string, intent: Intent): Promise<void> => {
    const accountOf = async (): Promise<string | null> => {
      if ('accountId' in intent) return intent.accountId;
      if ('email' in intent) return accounts.findIdByEmail(intent.email);
      if ('verificationId' in intent) return (await verifications.find(intent.verificationId))?.accountId ?? null;
      if (intent.kind === 'recovery-sms')
        return (await phoneClaims.find(intent.phoneNumber))?.recoveryAccountId ?? null;
      return null;
    };
    const accountId = await accountOf();
    if (accountId === null) return;
    const expiresAtEpochSeconds = clock.nowSeconds() + INTENT_KEPT_SECONDS;
    const key = deadLetterRow.key(accountId, partitionKey);
    await dynamo.write(deadLetterRow.putWrite(key, { partitionKey, expiresAtEpochSeconds }));
  };

export type NoteDeadLetter = ReturnType<typeof makeNoteDeadLetter>;

export const provideNoteDeadLetter = (scope: Scope & Pick<Ports, 'dynamo'>): NoteDeadLetter =>
  makeNoteDeadLetter({
    ...scope,
    accounts: scope.use(makeAccounts),
    verifications: scope.use(makeVerifications),
    phoneClaims: scope.use(makePhoneClaims),
  });
