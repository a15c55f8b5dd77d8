import { type Account, accountRow } from '../../shared/account/accounts.ts';
import { isFrozen } from '../../shared/account/change-journal.ts';
import type { FactorReset } from '../../shared/account/factor-reset-rows.ts';
import { consumeFactorResetWrite } from '../../shared/account/factor-resets.ts';
import type { GivingUp } from '../../shared/account/phone-claim-writes.ts';
import { makePhoneClaims } from '../../shared/account/phone-claims.ts';
import type { Write } from '../../shared/aws/dynamo.ts';
import type { ResettableFactor } from '../../shared/contract/factor-names.ts';
import { FORMER_FACTOR_SECONDS, UNDO_SECONDS } from '../../shared/contract/lifetimes.ts';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import { type Factors, replaceFactorsWrites } from '../../shared/two-factor/factors.ts';
import { type CountedFactor, forgetFailuresWrites } from '../../shared/two-factor/failure-counters.ts';
import { isTwoFactorOn, overviewOf } from '../../shared/two-factor/second-factors.ts';
import { type ActDeps, type ActInput, type ActResult, CHANGED, done, noteWrite, refused } from './acts.ts';
import { digestOfSeen } from './seen-account.ts';

/** A reset that is to be done. */
interface ResetToDo {
  account: Account;
  factors: Factors;
  waiting: FactorReset;
  /** Whether its wait has to be over; not where a second operator approves. */
  isOver: boolean;
}

/** The factors once it is done: recovery codes stand in for a factor, and go with the last one. */
const factorsAfter = (factors: Factors, factor: ResettableFactor): Factors => {
  const left: Factors = {
    ...factors,
    apps: factor === 'sms' ? factors.apps : {},
    sms: factor === 'totp' ? factors.sms : null,
    changes: factors.changes + 1,
  };
  return isTwoFactorOn(overviewOf(left)) ? left : { ...left, recoveryCodes: {} };
};

/** What was counted for the factors that go: a lock would keep a successor from being added. */
const countedFor = (factors: Factors, left: Factors): CountedFactor[] => [
  ...(factors.sms && !left.sms ? (['sms'] as const) : []),
  ...(Object.keys(factors.apps).length > 0 && Object.keys(left.apps).length === 0 ? (['totp'] as const) : []),
  ...(isTwoFactorOn(overviewOf(left)) ? [] : (['recovery_code'] as const)),
];

/** The number goes with its codes, as in remove-factor, and keeps its place for an undo of an older change. */
const givenUpBy = ({ account, factors }: ResetToDo, left: Factors, nowSeconds: number): GivingUp | null => {
  const { accountId, phone } = account;
  const isGivenUp = phone !== null && left.sms === null && factors.sms?.phoneNumber === phone.e164;
  if (!isGivenUp) return null;
  return {
    e164: phone.e164,
    accountId,
    reservedUntilEpochSeconds: nowSeconds + UNDO_SECONDS,
    formerFactorUntilEpochSeconds: nowSeconds + FORMER_FACTOR_SECONDS,
  };
};

/** Ends the reset where its owner has used or changed a factor, or a channel, since. */
const endOutdated = async (deps: ActDeps, input: ActInput, waiting: FactorReset): Promise<ActResult> => {
  const { won } = await deps.dynamo.transact([
    consumeFactorResetWrite(input.accountId, waiting, { nowSeconds: deps.clock.nowSeconds() }),
    noteWrite(deps, input, 'factor-reset-stopped'),
  ]);
  const why =
    'Since it was asked for, a factor was used or changed, or an address or number: so nothing is lost that the owner was told of.';
  return refused(won ? `${why} The reset has ended.` : CHANGED);
};

/**
 * Switches the factors off, with all that they opened, and raises the epoch; or does nothing. The reset's own row is used up in the same
 * transaction, so of the owner's veto, a second operator and the end of the wait one wins.
 */
export const completeReset = async (deps: ActDeps, input: ActInput, reset: ResetToDo): Promise<ActResult> => {
  const { dynamo, clock, recordIntentWrite } = deps;
  const { account, factors, waiting, isOver } = reset;
  const { accountId, epoch, phone } = account;
  if (digestOfSeen(account, factors) !== waiting.seen) return endOutdated(deps, input, waiting);

  const nowSeconds = clock.nowSeconds();
  if (isFrozen(account, nowSeconds)) {
    const until = toRfc3339(account.frozenUntilEpochSeconds ?? nowSeconds);
    return refused(`A change of the account was undone. Nothing of it is changed before ${until}: run it again then.`);
  }
  const left = factorsAfter(factors, waiting.factor);
  const givenUp = givenUpBy(reset, left, nowSeconds);
  const { resetId } = waiting;
  const writes: Write[] = [
    accountRow.updateWrite(
      accountRow.key(accountId),
      {
        set: { epoch: epoch + 1, ...(givenUp && { phone: null, updatedAtEpochSeconds: nowSeconds }) },
        ...(givenUp && { increase: { profileVersion: 1 } }),
      },
      accountRow.when.is('epoch', epoch),
    ),
    ...replaceFactorsWrites({ accountId, seen: factors, factors: left }),
    consumeFactorResetWrite(accountId, waiting, { nowSeconds, isOver }),
    ...forgetFailuresWrites(accountId, countedFor(factors, left)),
    noteWrite(deps, input, 'factor-reset'),
    recordIntentWrite({ kind: 'operator-notice', accountId, act: 'factor-reset' }),
    ...(phone
      ? [
          recordIntentWrite({
            kind: 'factor-reset-sms',
            accountId,
            resetId,
            about: 'done',
            phoneNumber: phone.e164,
            country: phone.country,
          }),
        ]
      : []),
  ];
  const { won } = await makePhoneClaims({ dynamo, clock }).give(writes, givenUp);
  if (!won) return refused(CHANGED);
  const isStillOn = isTwoFactorOn(overviewOf(left));
  return done(
    `The reset is done, everybody is signed out, and the owner is told. ${isStillOn ? 'Another second factor stays on.' : 'No second factor is on any more.'}`,
  );
};
