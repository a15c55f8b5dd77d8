import { type Account, requireEmailChangeWrite } from '../../shared/account/accounts.ts';
import { emailChangeSaltRow, emailChangeTokenRow } from '../../shared/account/email-change-rows.ts';
import type { PendingEmail } from '../../shared/account/pending-email.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { EmailSide } from '../../shared/contract/email-sides.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { sha256 } from '../../shared/primitives/digest.ts';

export interface IssueEmailChangeTokenDeps {
  dynamo: Dynamo;
  derivedSecrets: Pick<DerivedSecrets, 'token'>;
  clock: Clock;
}

/** A pending change, and the side whose address the token goes to. */
export interface EmailChangeTokenRequest {
  account: Account;
  pending: PendingEmail;
  side: EmailSide;
}

/**
 * Makes the token of one side of a pending change, the same one however often it is mailed.
 *
 * @returns `null` where the change has ended meanwhile
 */
const makeIssueEmailChangeToken =
  ({ dynamo, derivedSecrets, clock }: IssueEmailChangeTokenDeps) =>
  async ({
    account,
    pending,
    side,
  }: EmailChangeTokenRequest): Promise<{ token: string; validSeconds: number } | null> => {
    const { accountId, epoch } = account;
    const { changeId, expiresAtEpochSeconds } = pending;
    const item = await dynamo.get('tokens', emailChangeSaltRow.key(accountId));
    const salted = item && emailChangeSaltRow.parse(item);
    if (!salted || salted.changeId !== changeId) return null;
    const token = await derivedSecrets.token(salted.salt, {
      purpose: 'email-change-token',
      row: `${accountId}/${changeId}/${side}`,
      epoch,
      destination: side === 'old' ? account.email : pending.email,
    });
    if (token === null) return null;
    const { won } = await dynamo.transact([
      requireEmailChangeWrite({ accountId, epoch, changeId }), // the token would be dead before it is mailed
      // A repeat writes what stands there.
      emailChangeTokenRow.putWrite(emailChangeTokenRow.key(sha256(token)), {
        accountId,
        changeId,
        side,
        expiresAtEpochSeconds,
      }),
    ]);
    return won ? { token, validSeconds: expiresAtEpochSeconds - clock.nowSeconds() } : null;
  };

export type IssueEmailChangeToken = ReturnType<typeof makeIssueEmailChangeToken>;

export const provideIssueEmailChangeToken = (scope: Scope & Ports): IssueEmailChangeToken =>
  makeIssueEmailChangeToken({ ...scope, derivedSecrets: scope.use(makeDerivedSecrets) });
