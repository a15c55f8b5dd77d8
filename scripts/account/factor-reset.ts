import { type Account, accountRow, parseAccount } from '../../shared/account/accounts.ts';
import { type FactorReset, factorResetRow } from '../../shared/account/factor-reset-rows.ts';
import { consumeFactorResetWrite, parseFactorReset } from '../../shared/account/factor-resets.ts';
import type { ResettableFactor } from '../../shared/contract/factor-names.ts';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import { type Factors, factorsRow, parseFactors } from '../../shared/two-factor/factors.ts';
import { isTwoFactorOn, overviewOf } from '../../shared/two-factor/second-factors.ts';
import { type ActDeps, type ActInput, type ActResult, CHANGED, noteWrite, refused } from './acts.ts';
import { completeReset } from './complete-reset.ts';
import { digestOfSeen } from './seen-account.ts';

const DAY_SECONDS = 24 * 60 * 60;

/** How long an owner has to stop a reset that by mail and by SMS was told of (docs/adr/0068, as ADR 56). */
const WAIT_SECONDS = 3 * DAY_SECONDS;

/** The same where there is mail alone: its reader may be the one who asked support. */
const WAIT_BY_MAIL_ALONE_SECONDS = 7 * DAY_SECONDS;

/** For so long after the wait it can be done. Later its reason is forgotten. */
const DONE_WITHIN_SECONDS = 7 * DAY_SECONDS;

/** An account, its factors and the reset that waits, as of one instant. */
interface ResetState {
  account: Account;
  factors: Factors;
  /** `null` where none waits. */
  waiting: FactorReset | null;
}

const readState = async ({ dynamo, clock }: ActDeps, accountId: string): Promise<ResetState | null> => {
  const [account, factors = null, waiting = null] = await dynamo.transactGet([
    accountRow.at(accountId),
    factorsRow.at(accountId),
    factorResetRow.at(accountId),
  ]);
  return account
    ? {
        account: parseAccount(account),
        factors: parseFactors(factors),
        waiting: parseFactorReset(waiting, clock.nowSeconds()),
      }
    : null;
};

const GONE = refused('There is no such account any more.');
const NONE_WAITS = refused('No reset of second factors waits for this account.');

const isOn = (factor: ResettableFactor, factors: Factors): boolean => {
  const overview = overviewOf(factors);
  if (factor === 'totp') return overview.appIds.length > 0;
  return factor === 'sms' ? overview.smsNumber !== null : isTwoFactorOn(overview);
};

/** Stores what is to be reset, and tells the owner by every channel, in one transaction. */
const begin = async (
  deps: ActDeps,
  input: ActInput,
  { account, factors, factor }: ResetState & { factor: ResettableFactor },
): Promise<ActResult> => {
  const { dynamo, clock, randomness, recordIntentWrite } = deps;
  const { accountId, operator } = input;
  const { email, phone } = account;
  const nowSeconds = clock.nowSeconds();
  const waitsUntilEpochSeconds = nowSeconds + (phone ? WAIT_SECONDS : WAIT_BY_MAIL_ALONE_SECONDS);
  const resetId = randomness.uuid();
  const { or, isNew, hasExpired } = factorResetRow.when;
  const { and, is } = accountRow.when;
  const told = { accountId, resetId };
  const { won } = await dynamo.transact([
    factorResetRow.putWrite(
      factorResetRow.key(accountId),
      {
        resetId,
        factor,
        askedBy: operator.by,
        askedAtEpochSeconds: nowSeconds,
        waitsUntilEpochSeconds,
        seen: digestOfSeen(account, factors),
        expiresAtEpochSeconds: waitsUntilEpochSeconds + DONE_WITHIN_SECONDS,
      },
      or(isNew, hasExpired(nowSeconds)),
    ),
    // The channels that are told are the account's: the epoch rises with each change of them.
    accountRow.checkWrite(accountRow.key(accountId), and(is('epoch', account.epoch), is('email', email))),
    noteWrite(deps, input, 'factor-reset-asked'),
    recordIntentWrite({ kind: 'factor-reset', ...told }),
    ...(phone
      ? [
          recordIntentWrite({
            kind: 'factor-reset-sms',
            ...told,
            about: 'asked',
            phoneNumber: phone.e164,
            country: phone.country,
          }),
        ]
      : []),
  ]);
  if (!won) return refused(CHANGED);
  const waitsUntil = toRfc3339(waitsUntilEpochSeconds);
  const channels = phone ? 'by mail and SMS' : 'by mail';
  const text = `The owner is told ${channels}, and can stop it. From ${waitsUntil} on the same command does it; before that another operator can, with approve-reset.`;
  return { outcome: 'begun', text, waitsUntil };
};

/** Begins a reset, or does the one that has waited. */
export const resetFactor = async (
  deps: ActDeps,
  input: ActInput & { factor: ResettableFactor },
): Promise<ActResult> => {
  const { factor } = input;
  const state = await readState(deps, input.accountId);
  if (!state) return GONE;
  const { waiting } = state;
  if (!waiting) {
    if (!isOn(factor, state.factors)) return refused('Nothing of that is switched on.');
    return begin(deps, input, { ...state, factor });
  }
  if (waiting.factor !== factor) {
    return refused(`A reset of ${waiting.factor} waits already. Take it back with stop-reset first.`);
  }
  const waitsUntil = toRfc3339(waiting.waitsUntilEpochSeconds);
  if (waiting.waitsUntilEpochSeconds > deps.clock.nowSeconds()) {
    const text = `It waits for the owner until ${waitsUntil}. Another operator than ${waiting.askedBy} can do it at once, with approve-reset.`;
    return { outcome: 'waiting', text, waitsUntil };
  }
  return completeReset(deps, input, { ...state, waiting, isOver: true });
};

/** Does at once what another operator has begun: the one who approves is another identity, by AWS's word. */
export const approveReset = async (deps: ActDeps, input: ActInput): Promise<ActResult> => {
  const state = await readState(deps, input.accountId);
  if (!state) return GONE;
  const { waiting } = state;
  if (!waiting) return NONE_WAITS;
  if (waiting.askedBy === input.operator.by) {
    return refused(
      `${waiting.askedBy} has begun it, and can't approve it too: that takes another operator, or the wait.`,
    );
  }
  return completeReset(deps, input, { ...state, waiting, isOver: false });
};

/** Takes back a reset that waits. */
export const stopReset = async (deps: ActDeps, input: ActInput): Promise<ActResult> => {
  const state = await readState(deps, input.accountId);
  if (!state) return GONE;
  if (!state.waiting) return NONE_WAITS;
  const { won } = await deps.dynamo.transact([
    consumeFactorResetWrite(input.accountId, state.waiting, { nowSeconds: deps.clock.nowSeconds() }),
    noteWrite(deps, input, 'factor-reset-stopped'),
  ]);
  return won
    ? { outcome: 'done', text: 'The reset is taken back. The links in its messages end with it.' }
    : refused(CHANGED);
};
