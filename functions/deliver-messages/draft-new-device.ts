import { type Accounts, accountRow, makeAccounts } from '../../shared/account/accounts.ts';
import { issueDerivedToken } from '../../shared/account/issue-derived-token.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { UNDO_SECONDS } from '../../shared/contract/lifetimes.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { MailIntent } from '../../shared/outbox/intent.ts';
import type { ClaimedIntent } from '../../shared/outbox/outbox.ts';
import { type Clock, toRfc3339 } from '../../shared/primitives/clock.ts';
import { signInVetoRow } from '../../shared/session/sign-in-vetoes.ts';
import { type IssueEmailCode, provideIssueEmailCode } from './issue-email-code.ts';
import { type MailDraft, toOwner, UNKNOWN_DEVICE } from './mail-draft.ts';

type NewDeviceIntent = Extract<MailIntent, { kind: 'new-device' }>;

interface DraftNewDeviceDeps {
  dynamo: Pick<Dynamo, 'transact'>;
  accounts: Pick<Accounts, 'find'>;
  derivedSecrets: Pick<DerivedSecrets, 'token'>;
  issueEmailCode: IssueEmailCode;
  clock: Clock;
}

/** Makes the mails about sign-ins on new devices. Each is `null` where the account is gone. */
export interface DraftNewDevice {
  /** The code that completes one; `null` also where its challenge has ended. @throws StoreUnavailable */
  code(claimed: ClaimedIntent, intent: Extract<MailIntent, { kind: 'sign-in-code' }>): Promise<MailDraft>;
  /**
   * The notice of one, with the token that says that it was not its owner's, which is good until seven days after the sign-in. A retry
   * gives the same one. A notice that comes later than that, or of a release that made no such tokens, has none.
   *
   * @throws StoreUnavailable
   */
  notice(claimed: Pick<ClaimedIntent, 'requestedAtMs'>, intent: NewDeviceIntent): Promise<MailDraft>;
}

const makeDraftNewDevice = (deps: DraftNewDeviceDeps): DraftNewDevice => ({
  code: async (claimed, { verificationId, locales, device = UNKNOWN_DEVICE, network, country }) => {
    const issued = await deps.issueEmailCode(verificationId, claimed);
    if (!issued) return null;
    const { account, code, validSeconds } = issued;
    const requestedAt = toRfc3339(Math.floor(claimed.requestedAtMs / 1000));
    return toOwner(
      account,
      { kind: 'sign-in-code', code, validSeconds, requestedAt, device, network, country },
      locales,
    );
  },

  notice: async ({ requestedAtMs }, { accountId, device = UNKNOWN_DEVICE, network, country, signIn }) => {
    const account = await deps.accounts.find(accountId);
    if (!account) return null;
    const signedInAt = Math.floor(requestedAtMs / 1000);
    const expiresAtEpochSeconds = signedInAt + UNDO_SECONDS;
    const isOver = expiresAtEpochSeconds <= deps.clock.nowSeconds();

    const token =
      signIn && !isOver
        ? await issueDerivedToken(deps, {
            salt: signIn.salt,
            binding: { purpose: 'sign-in-veto', row: signIn.sessionId, epoch: null, destination: account.email },
            // An erasure that is under way must not leave a token behind.
            requireWrite: accountRow.checkWrite(accountRow.key(accountId), accountRow.when.exists),
            tokenWrite: (tokenHash) =>
              signInVetoRow.putWrite(signInVetoRow.key(tokenHash), {
                accountId,
                sessionId: signIn.sessionId,
                epoch: signIn.epoch,
                expiresAtEpochSeconds,
              }),
          })
        : null;
    const veto = token === null ? undefined : { token, until: toRfc3339(expiresAtEpochSeconds) };
    return toOwner(account, { kind: 'new-device', happenedAt: toRfc3339(signedInAt), device, network, country, veto });
  },
});

export const provideDraftNewDevice = (scope: Scope & Ports): DraftNewDevice =>
  makeDraftNewDevice({
    ...scope,
    accounts: scope.use(makeAccounts),
    derivedSecrets: scope.use(makeDerivedSecrets),
    issueEmailCode: scope.use(provideIssueEmailCode),
  });
