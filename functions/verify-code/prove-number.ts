import { isFresh, type Principal } from '../../shared/account/principal.ts';
import { provideHistory, type SecurityHistory } from '../../shared/account/security-events.ts';
import type { FieldErrorCode } from '../../shared/contract/field-errors.ts';
import { NUMBER_PURPOSES, type NumberPurpose } from '../../shared/contract/number-purposes.ts';
import { type Problem, problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import { isDigitCode } from '../../shared/primitives/digit-code.ts';
import { type BeginOwnerAction, provideOwnerAction } from '../../shared/session/owner-action.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { provideSmsBudget, type SmsBudget } from '../../shared/sms/sms-budget.ts';
import { type Attempts, provideAttempts } from '../../shared/two-factor/attempts.ts';
import { type FactorSecrets, makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { type FindOwner, provideFindOwner } from '../../shared/two-factor/find-owner.ts';
import { newRecoveryCodes } from '../../shared/two-factor/recovery-code.ts';
import { makeRefuseCode } from '../../shared/two-factor/refuse-code.ts';
import { refuseNumber } from '../../shared/two-factor/refuse-number.ts';
import { decoyCode, isTwoFactorOn } from '../../shared/two-factor/second-factors.ts';
import { makeTwoFactor, type TwoFactor } from '../../shared/two-factor/two-factor.ts';
import {
  makeVerifications,
  sentCode,
  type Verification,
  type Verifications,
} from '../../shared/two-factor/verifications.ts';
import { type ChooseRecoveryPhone, makeChooseRecoveryPhone } from './choose-recovery-phone.ts';
import { type OtherOwnersWrites, provideOtherOwnersWrites } from './other-owners-writes.ts';

export interface ProveNumberDeps {
  findOwner: FindOwner;
  ownerAction: BeginOwnerAction;
  attempts: Attempts;
  verifications: Pick<Verifications, 'find' | 'consume'>;
  twoFactor: Pick<TwoFactor, 'confirmNumber'>;
  chooseRecoveryPhone: ChooseRecoveryPhone;
  secrets: Pick<FactorSecrets, 'isSmsCode' | 'hashRecoveryCode'>;
  smsBudget: Pick<SmsBudget, 'verifiedWrite'>;
  otherOwnersWrites: OtherOwnersWrites;
  history: SecurityHistory;
  clock: Clock;
  randomness: Randomness;
  log: Log;
  settings: { sms: { accountsPerNumber: number } };
}

interface ProveNumberInput {
  principal: Principal;
  /** Without separators. */
  code: string;
  endOtherSessions: boolean;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/** A number that is the account's from now on, for one purpose. */
export interface ProvenNumber {
  verified: true;
  proves: NumberPurpose;
  /** With the first factor. */
  recovery_codes?: string[];
  /** Where the other sessions have ended: the caller goes on with these. */
  session?: SessionTokensAnswer;
}

/** What history, notice and log call each. */
const EVENTS = {
  factor: 'sms-added',
  recovery: 'recovery-phone-changed',
  contact: 'phone-changed',
} as const satisfies Record<NumberPurpose, string>;

/** @returns `null` for a verification that none of these is asked of */
const purposeOf = ({ purpose }: Verification): NumberPurpose | null =>
  NUMBER_PURPOSES.find((one) => one === purpose) ?? null;

/**
 * Makes of a number whose SMS the signed-in caller can read what it was asked for: the second factor, the number of recovery, or the
 * profile's. Other sessions end unless the owner says otherwise, and always where another number is replaced: who begins sessions with
 * that one must not go on. A few accounts may have one number: it is verified for the latest to prove it, and the owners of the others
 * are told (docs/adr/0032); it recovers the latest to choose it for that, and none once another has proven it (docs/adr/0054).
 *
 * @throws problem unauthenticated, fresh-session-required, invalid-code, conflict
 */
const makeProveNumber = (deps: ProveNumberDeps) => {
  const { attempts, verifications, twoFactor, chooseRecoveryPhone, otherOwnersWrites, secrets, clock } = deps;
  const refuseCode = makeRefuseCode(deps);

  /** A right code, held against what is out for the session. @throws problem invalid-code, unauthenticated */
  const matchCode = async ({ principal, code, sourceIp }: ProveNumberInput, verification: Verification | null) => {
    const { accountId, sessionId: verificationId } = principal;
    if (!isDigitCode(code)) throw await refuseCode({ accountId, factor: 'sms', reservation: null, sourceIp });
    // Reserved for every code: one that was sent for another purpose fails like a wrong one, and counts.
    const reservation = await attempts.reserve({ by: principal, factor: 'sms', verificationId, sourceIp });
    if (reservation === 'ended') throw problem('unauthenticated');
    const purpose = verification?.epoch === principal.epoch ? purposeOf(verification) : null;
    const sent = purpose && verification ? sentCode(verification, clock.nowSeconds()) : null;
    const matches =
      sent && (await secrets.isSmsCode(sent.hash, reservation === 'allowed' ? code : decoyCode(code), sent));
    if (reservation !== 'allowed' || !sent || !purpose || !matches) {
      throw await refuseCode({ accountId, factor: 'sms', reservation, sourceIp });
    }
    return { sent, purpose };
  };

  return async (input: ProveNumberInput): Promise<ProvenNumber> => {
    const { principal, endOtherSessions, sourceIp, keeper } = input;
    if (!isFresh(principal, clock.nowSeconds())) throw problem('fresh-session-required');
    const { accountId, sessionId: verificationId } = principal;
    const [own, verification] = await Promise.all([deps.findOwner(principal), verifications.find(verificationId)]);
    const { sent, purpose } = await matchCode(input, verification);

    const number = { e164: sent.phoneNumber, country: sent.country };
    const codes = purpose !== 'factor' || isTwoFactorOn(own.overview) ? null : newRecoveryCodes({ ...deps, accountId });
    const present = (purpose === 'recovery' ? own.account.recoveryPhone : own.account.phone)?.e164;
    const action = deps.ownerAction({
      session: own.session,
      before: own,
      endsOtherSessions: endOtherSessions || (present !== undefined && present !== number.e164),
      event: EVENTS[purpose],
      sourceIp,
    });
    // The code was right, whatever comes of it: it is counted as verified, and the failures before it are forgotten.
    const proofWrites = [
      ...attempts.forgetWrites(accountId, ['sms']),
      deps.smsBudget.verifiedWrite({ ...sent, requestedBy: 'account' }),
    ];
    const refusedWrites = [
      ...proofWrites,
      deps.history.recordEventWrite({ accountId, type: 'phone-refused', sourceIp }),
    ];
    const answer = { verified: true as const, proves: purpose, ...(codes && { recovery_codes: codes.shown }) };
    const change = {
      ...action.change,
      principal,
      own,
      verificationId,
      number,
      writes: [...action.change.writes, ...proofWrites, ...keeper.keepWrites({ result: answer, ...action.standing })],
      writesForRecovered: otherOwnersWrites.recoveryLost,
    };
    const refuse = (code: FieldErrorCode): Problem => {
      deps.log('warn', 'second-factor', { account_id: accountId, outcome: 'number-taken' });
      return problem('conflict', { errors: [{ field: 'phone_number', code }] });
    };

    const refusedFor = refuseNumber({ ...number, purpose, ...own, claim: null }, clock.nowSeconds());
    if (refusedFor) {
      await verifications.consume({ verificationId }, refusedWrites);
      throw refuse(refusedFor);
    }
    const sms = { phoneNumber: number.e164, country: number.country, enrolledAtEpochSeconds: clock.nowSeconds() };
    const outcome =
      purpose === 'recovery'
        ? await chooseRecoveryPhone({ ...change, writesIfRefused: refusedWrites })
        : await twoFactor.confirmNumber({
            ...change,
            change: purpose === 'factor' ? { sms, ...(codes && { recoveryCodeHashes: codes.hashes }) } : null,
            maximumAccounts: deps.settings.sms.accountsPerNumber,
            writesForOthers: otherOwnersWrites.provenElsewhere(number.e164),
            writesIfFull: refusedWrites,
          });
    switch (outcome) {
      case 'lost': // a race
        throw await refuseCode({ accountId, factor: 'sms', reservation: 'allowed', sourceIp });
      case 'was-factor':
        throw refuse('is-factor');
      case 'number-taken':
        // Past the proof: only a reader of the number's SMS learns that it has as many accounts as it may, and never how many or whose.
        throw refuse('not-available');
      case 'confirmed':
        return { ...answer, ...action.complete() };
    }
  };
};

export type ProveNumber = ReturnType<typeof makeProveNumber>;

export const provideProveNumber = (
  scope: Scope<'audience' | 'events' | 'publicUrl' | 'sessions' | 'sms'> & Ports,
): ProveNumber =>
  makeProveNumber({
    ...scope,
    findOwner: scope.use(provideFindOwner),
    ownerAction: scope.use(provideOwnerAction),
    attempts: scope.use(provideAttempts),
    verifications: scope.use(makeVerifications),
    twoFactor: scope.use(makeTwoFactor),
    chooseRecoveryPhone: scope.use(makeChooseRecoveryPhone),
    secrets: scope.use(makeFactorSecrets),
    smsBudget: scope.use(provideSmsBudget),
    otherOwnersWrites: scope.use(provideOtherOwnersWrites),
    history: scope.use(provideHistory),
  });
