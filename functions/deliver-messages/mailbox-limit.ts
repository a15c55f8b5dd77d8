import type { Dynamo, Write } from '../../shared/aws/dynamo.ts';
import type { Keyring } from '../../shared/keyring/keyring.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { spendWindowWrite } from '../../shared/limits/limit-counter.ts';
import { type LimitPolicy, limitWindow } from '../../shared/limits/rate-limit.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { mailboxOf } from './mailbox.ts';

/** Longer than any intent is retried (settings: messages.retrySeconds, a day at the most). */
const INTENT_SECONDS = 2 * 24 * 60 * 60;

/** Counts mail to addresses that strangers choose by the mailbox that it ends in. */
export interface MailboxLimit {
  /**
   * Counts an intent's mail, once however often the intent is delivered.
   * @param mail of an address in its canonical form
   * @returns whether it may be sent
   * @throws StoreUnavailable
   */
  spend(mail: { email: string; intentId: string }): Promise<boolean>;
}

/** Makes it. Mailboxes are counted under MACs, so the table doesn't reveal who got a mail. */
const makeMailboxLimit = ({
  name,
  sparesPlain,
  numbers,
  dynamo,
  keyring,
  clock,
}: {
  /** Sets its counters apart. */
  name: string;
  /** Whether mail to the mailbox's plain address isn't counted, because a limit of that address bounds it. */
  sparesPlain: boolean;
  numbers: { max: number; windowSeconds: number };
  dynamo: Pick<Dynamo, 'transact'>;
  keyring: Pick<Keyring, 'hmac'>;
  clock: Clock;
}): MailboxLimit => {
  const mac = (text: string) => keyring.hmac('limit-key', text);

  const countMailboxWrite = (mailbox: string): Write => {
    const policy: LimitPolicy = { name, dimension: 'identifier', ...numbers };
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
      if (sparesPlain && email === mailbox) return true;
      const result = await dynamo.transact([countMailboxWrite(mailbox), countOnceWrite(intentId)]);
      // Refused because it was counted before: this is the same mail once more.
      return result.won || result.refusals[1] !== null;
    },
  };
};

/** Of sign-up, to addresses without an account: other spellings must not keep a mailbox's reader from opening an account. */
export const provideMailboxLimit = (scope: Scope<'limits.mailToMailbox'> & Ports): MailboxLimit =>
  makeMailboxLimit({ ...scope, name: 'mail/mailbox', sparesPlain: true, numbers: scope.settings.limits.mailToMailbox });

/** Of changes of address, to new addresses, whether one has an account or not. */
export const provideEmailChangeLimit = (scope: Scope<'emailChange.perMailbox'> & Ports): MailboxLimit =>
  makeMailboxLimit({
    ...scope,
    name: 'mail/email-change',
    sparesPlain: false,
    numbers: scope.settings.emailChange.perMailbox,
  });
