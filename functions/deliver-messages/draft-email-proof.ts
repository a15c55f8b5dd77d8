import { type Accounts, makeAccounts, requireEpochWrite } from '../../shared/account/accounts.ts';
import { isEmailDeliverable } from '../../shared/account/email-mark.ts';
import { emailProofRow, emailProofSaltRow } from '../../shared/account/email-proof-rows.ts';
import { issueDerivedToken } from '../../shared/account/issue-derived-token.ts';
import { awsEnvironment, credentialsIn } from '../../shared/aws/aws-environment.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { isExpired } from '../../shared/aws/row.ts';
import { openSesSuppressions, type SesSuppressions } from '../../shared/aws/ses-suppressions.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { MailIntent } from '../../shared/outbox/intent.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { type MailDraft, toOwner } from './mail-draft.ts';

interface DraftEmailProofDeps {
  dynamo: Dynamo;
  accounts: Pick<Accounts, 'find'>;
  derivedSecrets: Pick<DerivedSecrets, 'token'>;
  suppressions: Pick<SesSuppressions, 'lift'>;
  clock: Clock;
}

/**
 * Makes the mail by which an owner proves that mail reaches the address again. SES would drop it, so the address is taken off SES's list
 * first; a mailbox that refuses this mail too is back on it, and stays marked here.
 *
 * @throws SuppressionsUnavailable
 */
const makeDraftEmailProof =
  (deps: DraftEmailProofDeps) =>
  async ({ accountId }: Extract<MailIntent, { kind: 'email-proof' }>): Promise<MailDraft> => {
    const { dynamo, accounts, suppressions, clock } = deps;
    const [account, item] = await Promise.all([
      accounts.find(accountId),
      dynamo.get('tokens', emailProofSaltRow.key(accountId)),
    ]);
    const asked = item && emailProofSaltRow.parse(item);
    // Marked no more, asked for with another address, or too late: then there is nothing to prove.
    if (!account || !asked || isEmailDeliverable(account) || isExpired(asked, clock.nowSeconds())) return null;
    const { email, epoch } = account;
    if (asked.email !== email || asked.epoch !== epoch) return null;

    const { salt, expiresAtEpochSeconds } = asked;
    const content = { accountId, email, epoch, expiresAtEpochSeconds };
    const token = await issueDerivedToken(deps, {
      salt,
      binding: { purpose: 'email-proof-token', row: accountId, epoch, destination: email },
      requireWrite: requireEpochWrite({ accountId, epoch }),
      tokenWrite: (tokenHash) => emailProofRow.putWrite(emailProofRow.key(tokenHash), content),
    });
    if (token === null) return null;
    await suppressions.lift(email);
    return toOwner(account, { kind: 'email-proof', token, validSeconds: expiresAtEpochSeconds - clock.nowSeconds() });
  };

export type DraftEmailProof = ReturnType<typeof makeDraftEmailProof>;

const makeSuppressions = ({ clock }: { clock: Clock }): SesSuppressions =>
  openSesSuppressions({
    environment: awsEnvironment(),
    credentials: async () => credentialsIn(awsEnvironment()),
    clock,
  });

export const provideDraftEmailProof = (scope: Scope & Ports): DraftEmailProof =>
  makeDraftEmailProof({
    ...scope,
    accounts: scope.use(makeAccounts),
    derivedSecrets: scope.use(makeDerivedSecrets),
    suppressions: scope.use(makeSuppressions),
  });
