import { emailChangeSaltRow } from '../../shared/account/email-change-rows.ts';
import { openSides, type PendingEmail } from '../../shared/account/pending-email.ts';
import { MULTI_FACTOR } from '../../shared/account/principal.ts';
import { provideRecordEventWrite, type RecordEventWrite } from '../../shared/account/security-events.ts';
import type { Dynamo, Write } from '../../shared/aws/dynamo.ts';
import { problem } from '../../shared/contract/problems.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Keyring } from '../../shared/keyring/keyring.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { spendWindowWrite } from '../../shared/limits/limit-counter.ts';
import { type LimitPolicy, limitExceeded, limitWindow } from '../../shared/limits/rate-limit.ts';
import type { Log } from '../../shared/observability/log.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import type { FunctionSettings } from '../../shared/settings/function-settings.ts';
import { type Factors, requireSwitchedOffWrite } from '../../shared/two-factor/factors.ts';
import type { OwnEmailChange } from './identity-change.ts';
import { afterChange, replaceProfileWrite } from './replace-profile.ts';
import type { ChangedAccount } from './written-profile.ts';

export interface AskForEmailChangeDeps {
  dynamo: Pick<Dynamo, 'transact'>;
  keyring: Pick<Keyring, 'hmac'>;
  derivedSecrets: Pick<DerivedSecrets, 'newSalt'>;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
  clock: Clock;
  randomness: Randomness;
  log: Log;
  settings: { emailChange: FunctionSettings['emailChange'] };
}

/**
 * After the wait for an old address the owner has so long to switch: nothing does it unasked, and people don't count the days.
 */
const SWITCHED_WITHIN_SECONDS = 7 * 24 * 60 * 60;

/** When the first of the factors that are on was added; infinite where none is. */
const oldestFactorAt = ({ apps, sms }: Factors): number =>
  Math.min(
    ...Object.values(apps).map(({ enrolledAtEpochSeconds }) => enrolledAtEpochSeconds),
    sms?.enrolledAtEpochSeconds ?? Number.POSITIVE_INFINITY,
  );

/** Writes a change of address that waits to be confirmed, and asks for its mails. Nothing of it is done where a limit refuses. */
const makeAskForEmailChange = ({ settings: { emailChange }, ...deps }: AskForEmailChangeDeps) => {
  const { dynamo, keyring, derivedSecrets, recordEventWrite, recordIntentWrite, clock, randomness, log } = deps;

  /**
   * How a change goes on without the old address. A person who knows the password can add a factor to an account without one, so a
   * factor shortens the wait only once it has been on for as long as the longer one takes.
   */
  const waitOf = ({ owner: { factors }, principal }: OwnEmailChange, nowSeconds: number) => {
    const { waitSeconds, waitWithoutFactorSeconds } = emailChange;
    const isProven = principal.methods.includes(MULTI_FACTOR);
    const wantsOwner = !isProven || oldestFactorAt(factors) > nowSeconds - waitWithoutFactorSeconds;
    const waitsUntilEpochSeconds = nowSeconds + (wantsOwner ? waitWithoutFactorSeconds : waitSeconds);
    return {
      waitsUntilEpochSeconds,
      wantsOwner,
      expiresAtEpochSeconds: waitsUntilEpochSeconds + SWITCHED_WITHIN_SECONDS,
    };
  };

  /** Each request sends mail to an address that may be of other people. */
  const countingOf = (accountId: string, nowSeconds: number) => {
    const policy: LimitPolicy = { name: 'email-change/account', dimension: 'identifier', ...emailChange.perAccount };
    const keyDigest = keyring.hmac('limit-key', `${policy.name}/${accountId}`);
    return limitWindow({ policy, keyDigest, shard: null, nowSeconds });
  };

  const begin = (change: OwnEmailChange, nowSeconds: number): PendingEmail => ({
    changeId: randomness.uuid(),
    email: change.email,
    epoch: change.principal.epoch,
    confirmedBy: [],
    ...(change.isUnreachable
      ? waitOf(change, nowSeconds)
      : { expiresAtEpochSeconds: nowSeconds + emailChange.confirmSeconds }),
  });

  const beginWrites = (
    { principal: { accountId }, owner, sourceIp }: OwnEmailChange,
    pending: PendingEmail,
  ): Write[] => {
    const { changeId, expiresAtEpochSeconds, waitsUntilEpochSeconds } = pending;
    const tellsNumber = waitsUntilEpochSeconds !== undefined && owner.account.phone !== null;
    return [
      // In place of that of the change before, whose tokens can't be made any more.
      emailChangeSaltRow.putWrite(emailChangeSaltRow.key(accountId), {
        changeId,
        salt: derivedSecrets.newSalt(),
        expiresAtEpochSeconds,
      }),
      recordEventWrite({ accountId, type: 'email-change-requested', sourceIp }),
      ...(tellsNumber ? [recordIntentWrite({ kind: 'email-change-sms', accountId, changeId })] : []),
    ];
  };

  /**
   * @param asked the pending change that is asked for once more, `null` for another one: the newer replaces the older
   * @returns `null` where the account has changed since it was read
   * @throws problem too-many-requests
   */
  return async (change: OwnEmailChange, asked: PendingEmail | null): Promise<ChangedAccount | null> => {
    const { principal, owner, content, keep } = change;
    const { accountId } = principal;
    const nowSeconds = clock.nowSeconds();
    const pendingEmail = asked ?? begin(change, nowSeconds);
    const account = afterChange(owner.account, { ...content, pendingEmail }, nowSeconds);
    const mails = openSides(pendingEmail).map((side) =>
      recordIntentWrite({ kind: 'email-change', accountId, changeId: pendingEmail.changeId, side }),
    );
    const window = countingOf(accountId, nowSeconds);
    const result = await dynamo.transact([
      spendWindowWrite(window),
      replaceProfileWrite({ principal, seen: owner.account, content, pendingEmail, nowSeconds }),
      ...(principal.methods.includes(MULTI_FACTOR) ? [] : [requireSwitchedOffWrite(accountId)]),
      ...(asked ? [] : beginWrites(change, pendingEmail)),
      ...mails,
      ...(await keep({ of: principal })(account)),
    ]);
    if (!result.won) {
      if (result.refusals[0]) throw problem('too-many-requests', limitExceeded([window], nowSeconds));
      return null;
    }
    if (!asked) log('info', 'email-change-requested', { account_id: accountId, outcome: 'success' });
    return { account };
  };
};

export type AskForEmailChange = ReturnType<typeof makeAskForEmailChange>;

export const provideAskForEmailChange = (scope: Scope<'emailChange' | 'events'> & Ports): AskForEmailChange =>
  makeAskForEmailChange({
    ...scope,
    derivedSecrets: scope.use(makeDerivedSecrets),
    recordEventWrite: scope.use(provideRecordEventWrite),
    recordIntentWrite: scope.use(makeRecordIntentWrite),
  });
