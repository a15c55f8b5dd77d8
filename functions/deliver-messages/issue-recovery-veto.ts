import { type Account, type Accounts, makeAccounts, requireEpochWrite } from '../../shared/account/accounts.ts';
import { issueDerivedToken } from '../../shared/account/issue-derived-token.ts';
import { latestRecoverySmsRow, recoveryRow } from '../../shared/account/recovery-rows.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';

interface IssueRecoveryVetoDeps {
  dynamo: Pick<Dynamo, 'get' | 'transact'>;
  accounts: Pick<Accounts, 'find'>;
  derivedSecrets: Pick<DerivedSecrets, 'token'>;
  clock: Clock;
}

/** A token that ends a recovery by phone and recovers nothing, and whose it is. */
interface RecoveryVeto {
  account: Account;
  /** E.164: the number that the recovery goes to. */
  phoneNumber: string;
  token: string;
}

/**
 * Makes the token of the mail that tells of a recovery by phone, and makes it good for as long as that lives. A retry gives the same one.
 *
 * @returns `null` where no recovery by phone lives any more
 * @throws StoreUnavailable
 */
export type IssueRecoveryVeto = (accountId: string) => Promise<RecoveryVeto | null>;

const makeIssueRecoveryVeto =
  (deps: IssueRecoveryVetoDeps): IssueRecoveryVeto =>
  async (accountId) => {
    const { dynamo, accounts, clock } = deps;
    const [account, item] = await Promise.all([
      accounts.find(accountId),
      dynamo.get('tokens', latestRecoverySmsRow.key(accountId)),
    ]);
    const latest = item && latestRecoverySmsRow.parse(item);
    if (!account?.recoveryPhone || latest?.salt === undefined || latest.epoch !== account.epoch) return null;
    const { epoch, email, recoveryPhone } = account;
    const { expiresAtEpochSeconds = 0 } = latest;
    if (expiresAtEpochSeconds <= clock.nowSeconds()) return null;
    const { choiceId, e164: phoneNumber } = recoveryPhone;
    const content = { accountId, epoch, channel: 'veto', choiceId, expiresAtEpochSeconds };
    const token = await issueDerivedToken(deps, {
      salt: latest.salt,
      binding: { purpose: 'recovery-veto', row: accountId, epoch, destination: email },
      requireWrite: requireEpochWrite({ accountId, epoch }),
      tokenWrite: (tokenHash) => recoveryRow.putWrite(recoveryRow.key(tokenHash), content),
    });
    return token === null ? null : { account, phoneNumber, token };
  };

export const provideIssueRecoveryVeto = (scope: Scope & Ports): IssueRecoveryVeto =>
  makeIssueRecoveryVeto({
    ...scope,
    accounts: scope.use(makeAccounts),
    derivedSecrets: scope.use(makeDerivedSecrets),
  });
