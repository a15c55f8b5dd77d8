import type { Dynamo, Write } from '../../shared/aws/dynamo.ts';
import type { Keyring } from '../../shared/keyring/keyring.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { spendWindowWrite } from '../../shared/limits/limit-counter.ts';
import { type LimitPolicy, limitWindow } from '../../shared/limits/rate-limit.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { mailboxOf } from '../../shared/primitives/mailbox.ts';

/** Longer than any intent is retried (settings: messages.retrySeconds, a day at the most). */
const INTENT_SECONDS = 2 * 24 * 60 * 60;

/** Counts mail to addresses without an account by the mailbox that it ends in, unless the address is the mailbox's plain one. */
export interface MailboxLimit {
  /**
   * Counts an intent's mail, once however often the intent is delivered.
   * @param mail of an address in its canonical form, which has no account
   * @returns whether it may be sent
   * @throws StoreUnavailable
   */
  spend(mail: { email: string; intentId: string }): Promise<boolean>;
}

/** Makes it. Mailboxes are counted under MACs, so the table doesn't reveal who got a mail. */
const makeMailboxLimit = ({
  numbers,
  dynamo,
  keyring,
  clock,
}: {
  numbers: { max: number; windowSeconds: number };
  dynamo: Pick<Dynamo, 'transact'>;
  keyring: Pick<Keyring, 'hmac'>;
  clock: Clock;
}): MailboxLimit => {
  const mac = (text: string) => keyring.hmac('limit-key', text);

  const countMailboxWrite = (mailbox: string): Write => {
    const policy: LimitPolicy = { name: 'mail/mailbox', dimension: 'identifier', ...numbers };
    const keyDigest = mac(`${policy.name}/${mailbox}`);
    return spendWindowWrite(limitWindow({ policy, keyDigest, shard: null, nowSeconds: clock.nowSeconds() }));
  };

  const countOnceWrite = (intentId: string): Write =>
    spendWindowWrite({
      key: `mail/intent#${mac(`mail/intent/${intentId}`).toString('base64url')}`,
      max: 1,
      endsAtEpochSeconds: clock.nowSeconds() + INTENT_SECONDS,
    });

  return {
    spend: async ({ email, intentId }) => {
      const mailbox = mailboxOf(email);
      // The limit of the address itself bounds this one; other spellings must not keep its reader from opening an account.
      if (email === mailbox) return true;
      const result = await dynamo.transact([countMailboxWrite(mailbox), countOnceWrite(intentId)]);
      // Refused because it was counted before: this is the same mail once more.
      return result.won || result.refusals[1] !== null;
    },
  };
};

export const provideMailboxLimit = (scope: Scope<'limits.mailToMailbox'> & Ports): MailboxLimit =>
  makeMailboxLimit({ ...scope, numbers: scope.settings.limits.mailToMailbox });
