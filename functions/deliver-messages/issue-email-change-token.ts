import { type Account, requireEmailChangeWrite } from '../../shared/account/accounts.ts';
import { emailChangeSaltRow, emailChangeTokenRow } from '../../shared/account/email-change-rows.ts';
import { issueDerivedToken } from '../../shared/account/issue-derived-token.ts';
import type { PendingEmail } from '../../shared/account/pending-email.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { EmailChangeChannel } from '../../shared/contract/email-sides.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';

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
  (deps: IssueEmailChangeTokenDeps) =>
  async (request: EmailChangeTokenRequest): Promise<{ token: string; validSeconds: number } | null> => {
    const { dynamo, clock } = deps;
    const { account, pending, channel } = request;
    const { accountId, epoch } = account;
    const { changeId, expiresAtEpochSeconds } = pending;
    const destination = destinationOf(request);
    const item = await dynamo.get('tokens', emailChangeSaltRow.key(accountId));
    const salted = item && emailChangeSaltRow.parse(item);
    if (!salted || salted.changeId !== changeId || destination === undefined) return null;
    const row = `${accountId}/${changeId}/${channel}`;
    const content = { accountId, changeId, epoch, channel, expiresAtEpochSeconds };
    const token = await issueDerivedToken(deps, {
      salt: salted.salt,
      binding: { purpose: 'email-change-token', row, epoch, destination },
      requireWrite: requireEmailChangeWrite({ accountId, epoch, changeId }),
      tokenWrite: (tokenHash) => emailChangeTokenRow.putWrite(emailChangeTokenRow.key(tokenHash), content),
    });
    return token === null ? null : { token, validSeconds: expiresAtEpochSeconds - clock.nowSeconds() };
  };

export type IssueEmailChangeToken = ReturnType<typeof makeIssueEmailChangeToken>;

export const provideIssueEmailChangeToken = (scope: Scope & Ports): IssueEmailChangeToken =>
  makeIssueEmailChangeToken({ ...scope, derivedSecrets: scope.use(makeDerivedSecrets) });
