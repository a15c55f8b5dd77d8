import { type Account, requireEmailChangeWrite } from '../../shared/account/accounts.ts';
import { emailChangeSaltRow, emailChangeTokenRow } from '../../shared/account/email-change-rows.ts';
import type { PendingEmail } from '../../shared/account/pending-email.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { EmailChangeChannel } from '../../shared/contract/email-sides.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { sha256 } from '../../shared/primitives/digest.ts';

export interface IssueEmailChangeTokenDeps {
  dynamo: Dynamo;
  derivedSecrets: Pick<DerivedSecrets, 'token'>;
  clock: Clock;
}

/** A pending change, and where the token goes. */
export interface EmailChangeTokenRequest {
  account: Account;
  pending: PendingEmail;
  channel: EmailChangeChannel;
}

const destinationOf = ({ account, pending, channel }: EmailChangeTokenRequest): string | undefined =>
  ({ old: account.email, new: pending.email, phone: account.phone?.e164 })[channel];

/**
 * Makes the token of a pending change for one channel, the same one however often it is sent.
 *
 * @returns `null` where the change has ended meanwhile, or the account has no such channel
 */
const makeIssueEmailChangeToken =
  ({ dynamo, derivedSecrets, clock }: IssueEmailChangeTokenDeps) =>
  async (request: EmailChangeTokenRequest): Promise<{ token: string; validSeconds: number } | null> => {
    const { account, pending, channel } = request;
    const { accountId, epoch } = account;
    const { changeId, expiresAtEpochSeconds } = pending;
    const destination = destinationOf(request);
    const item = await dynamo.get('tokens', emailChangeSaltRow.key(accountId));
    const salted = item && emailChangeSaltRow.parse(item);
    if (!salted || salted.changeId !== changeId || destination === undefined) return null;
    const token = await derivedSecrets.token(salted.salt, {
      purpose: 'email-change-token',
      row: `${accountId}/${changeId}/${channel}`,
      epoch,
      destination,
    });
    if (token === null) return null;
    const { won } = await dynamo.transact([
      requireEmailChangeWrite({ accountId, epoch, changeId }), // the token would be dead before it is sent
      // A repeat writes what stands there.
      emailChangeTokenRow.putWrite(emailChangeTokenRow.key(sha256(token)), {
        accountId,
        changeId,
        epoch,
        channel,
        expiresAtEpochSeconds,
      }),
    ]);
    return won ? { token, validSeconds: expiresAtEpochSeconds - clock.nowSeconds() } : null;
  };

export type IssueEmailChangeToken = ReturnType<typeof makeIssueEmailChangeToken>;

export const provideIssueEmailChangeToken = (scope: Scope & Ports): IssueEmailChangeToken =>
  makeIssueEmailChangeToken({ ...scope, derivedSecrets: scope.use(makeDerivedSecrets) });
