import { type Account, requireEpochWrite } from '../../shared/account/accounts.ts';
import {
  isUnchanged,
  type LatestRecovery,
  latestRecoveryRow,
  recoveryRow,
} from '../../shared/account/recovery-rows.ts';
import { provideRecordEventWrite, type RecordEventWrite } from '../../shared/account/security-events.ts';
import type { Dynamo, Write } from '../../shared/aws/dynamo.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { type ClaimedIntent, LEASE_SECONDS } from '../../shared/outbox/outbox.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import { nextSpacingSeconds, recoveryStep } from './recovery-spacing.ts';

export interface IssueRecoveryTokenDeps {
  dynamo: Dynamo;
  derivedSecrets: DerivedSecrets;
  recordEventWrite: RecordEventWrite;
  clock: Clock;
  settings: { tokens: { recoverySeconds: number } };
}

/** A recovery mail that is the one to be sent now. */
interface RecoveryMail {
  token: string;
  /** Whole seconds that the token still lives. */
  validSeconds: number;
  /** Notes that SES has taken the mail: the spacing begins. */
  handedOver(): Promise<void>;
  /** Gives the turn back: nothing was sent, so nothing keeps the next mail back. */
  notHandedOver(): Promise<void>;
}

/** What came of a request; `epoch-ended`: the account has left the epoch that it was read in. */
type IssuedRecovery = RecoveryMail | 'spaced' | 'epoch-ended';

/** A mail of the same account is being handed to SES. Whether this one is needed shows when that is done. */
class RecoveryMailUnderWay extends Error {
  override readonly name = 'RecoveryMailUnderWay';
}

/**
 * Deliveries for one account can meet; each meeting settles at least one of them.
 *
 * @see DynamoDB Developer Guide, "Optimistic locking with version number": read again, then write again
 */
const ISSUE_ATTEMPTS = 5;

/** A request, and the account that it is for. */
type RecoveryRequest = Pick<ClaimedIntent, 'intentId' | 'requestedAtMs'> & { account: Account };

/** The turn of one intent to send a mail. */
interface Turn {
  account: Account;
  latest: LatestRecovery | null;
  /** After the mail before; `null` where none of its tokens lives. */
  spacingSeconds: number | null;
  mine: Pick<LatestRecovery, 'requestedAtMs' | 'intentId'> & { sendingIntentId: string; sendingUntilMs: number };
}

/** The newest token, where it lives and can be derived again. */
interface LivingToken {
  token: string;
  tokenHash: string;
  beganAtEpochSeconds: number;
  expiresAtEpochSeconds: number;
}

/**
 * Makes the recovery token of an account, or the same one again while it lives. Two live at the most: past half of the life of one a
 * second begins beside it. A request that comes within the spacing of a mail which SES has taken brings nothing.
 *
 * @throws RecoveryMailUnderWay
 */
const makeIssueRecoveryToken = (deps: IssueRecoveryTokenDeps) => {
  const { dynamo, derivedSecrets, recordEventWrite, clock, settings } = deps;

  const derive = (salt: string, { accountId, epoch, email }: Account) =>
    derivedSecrets.token(salt, { purpose: 'recovery-token', row: accountId, epoch, destination: email });

  /** @returns `null` where it is used, voided or over, or where release 0.1.0 drew it: that one lives out */
  const livingToken = async (latest: LatestRecovery | null, account: Account): Promise<LivingToken | null> => {
    if (!latest) return null;
    const { tokenHash, salt, epoch, beganAtEpochSeconds, expiresAtEpochSeconds } = latest;
    if (salt === undefined || beganAtEpochSeconds === undefined || expiresAtEpochSeconds === undefined) return null;
    if (epoch !== account.epoch || expiresAtEpochSeconds <= clock.nowSeconds()) return null;
    const token = await derive(salt, account);
    return token !== null && sha256(token) === tokenHash
      ? { token, tokenHash, beganAtEpochSeconds, expiresAtEpochSeconds }
      : null;
  };

  const newToken = async (account: Account) => {
    const salt = derivedSecrets.newSalt();
    const token = await derive(salt, account);
    if (token === null) throw new Error('the keyring lacks its current version');
    const beganAtEpochSeconds = clock.nowSeconds();
    const expiresAtEpochSeconds = beganAtEpochSeconds + settings.tokens.recoverySeconds;
    return { salt, token, tokenHash: sha256(token), beganAtEpochSeconds, expiresAtEpochSeconds };
  };

  /** The token before a new one, where it may be alive: nothing that a stranger asks for voids what the owner holds. */
  const livingOut = ({ tokenHash, epoch, expiresAtEpochSeconds = 0 }: LatestRecovery, account: Account) =>
    (epoch === undefined || epoch === account.epoch) && expiresAtEpochSeconds > clock.nowSeconds()
      ? { olderTokenHash: tokenHash, olderExpiresAtEpochSeconds: expiresAtEpochSeconds }
      : null;

  const beginWrites = (made: Awaited<ReturnType<typeof newToken>>, turn: Turn): Write[] => {
    const { account, latest, spacingSeconds, mine } = turn;
    const { accountId, epoch } = account;
    const { token: _, ...stored } = made;
    const older = latest && livingOut(latest, account);
    const dropped = [older ? undefined : latest?.tokenHash, latest?.olderTokenHash].filter((one) => one !== undefined);
    return [
      recoveryRow.putWrite(
        recoveryRow.key(made.tokenHash),
        { accountId, epoch, channel: 'mail', expiresAtEpochSeconds: made.expiresAtEpochSeconds },
        recoveryRow.when.isNew,
      ),
      latestRecoveryRow.putWrite(
        latestRecoveryRow.key(accountId),
        {
          ...stored,
          ...mine,
          ...older,
          epoch,
          ...(spacingSeconds !== null && { spacingSeconds }),
          revision: (latest?.revision ?? 0) + 1,
        },
        isUnchanged(latest),
      ),
      ...dropped.map((tokenHash) => recoveryRow.deleteWrite(recoveryRow.key(tokenHash))),
    ];
  };

  const repeatWrite = ({ account: { accountId }, latest, mine }: Turn): Write =>
    latestRecoveryRow.updateWrite(
      latestRecoveryRow.key(accountId),
      { set: mine, add: { revision: 1 } },
      isUnchanged(latest),
    );

  const mailOf = ({ token, tokenHash, beganAtEpochSeconds, expiresAtEpochSeconds }: LivingToken, turn: Turn) => {
    const key = latestRecoveryRow.key(turn.account.accountId);
    const { and, is } = latestRecoveryRow.when;
    const isMine = and(is('tokenHash', tokenHash), is('sendingIntentId', turn.mine.sendingIntentId));
    const endTurn = async (set: { handedAtEpochSeconds?: number; spacingSeconds?: number }) => {
      const changes = { set, add: { revision: 1 }, remove: ['sendingIntentId', 'sendingUntilMs'] } as const;
      await dynamo.write(latestRecoveryRow.updateWrite(key, changes, isMine));
    };
    const lifeSeconds = expiresAtEpochSeconds - beganAtEpochSeconds;
    return {
      token,
      validSeconds: expiresAtEpochSeconds - clock.nowSeconds(),
      handedOver: () =>
        endTurn({
          handedAtEpochSeconds: clock.nowSeconds(),
          spacingSeconds: nextSpacingSeconds(turn.spacingSeconds, lifeSeconds),
        }),
      notHandedOver: () => endTurn({}),
    };
  };

  return async ({ account, intentId, requestedAtMs }: RecoveryRequest): Promise<IssuedRecovery> => {
    const { accountId, epoch } = account;
    for (let attempt = 0; attempt < ISSUE_ATTEMPTS; attempt += 1) {
      const nowMs = clock.nowMs();
      const item = await dynamo.get('tokens', latestRecoveryRow.key(accountId));
      const latest = item && latestRecoveryRow.parse(item);
      const living = await livingToken(latest, account);
      const isOthersTurn = latest?.sendingIntentId !== intentId && (latest?.sendingUntilMs ?? 0) > nowMs;
      const spacingSeconds = (living && latest?.spacingSeconds) ?? null;
      const handedAtEpochSeconds = latest?.handedAtEpochSeconds ?? null;
      // Of a token that was handed to SES before, the other mail is enough, whatever becomes of it.
      if (living && isOthersTurn && handedAtEpochSeconds !== null) return 'spaced';
      if (living && isOthersTurn) throw new RecoveryMailUnderWay();

      const mailed = living && { ...living, handedAtEpochSeconds, spacingSeconds: spacingSeconds ?? 0 };
      const step = recoveryStep(mailed, clock.nowSeconds());
      if (step === 'spaced') return 'spaced';

      const sendingUntilMs = nowMs + LEASE_SECONDS * 1000;
      const turn = {
        account,
        latest,
        spacingSeconds,
        mine: { requestedAtMs, intentId, sendingIntentId: intentId, sendingUntilMs },
      };
      const made = step === 'repeat' && living ? null : await newToken(account);
      const isAnotherMail = latest?.intentId !== intentId; // a retry is the same mail
      const result = await dynamo.transact([
        requireEpochWrite({ accountId, epoch }),
        ...(made ? beginWrites(made, turn) : [repeatWrite(turn)]),
        ...(isAnotherMail ? [recordEventWrite({ accountId, type: 'recovery-mail-issued', sourceIp: null })] : []),
      ]);
      const sending = made ?? living;
      if (result.won && sending) return mailOf(sending, turn);
      if (!result.won && result.refusals[0]) return 'epoch-ended'; // the token would be dead before it is mailed
    }
    throw new Error('a recovery token kept losing to others of its account');
  };
};

export type IssueRecoveryToken = ReturnType<typeof makeIssueRecoveryToken>;

export const provideIssueRecoveryToken = (scope: Scope<'events' | 'tokens'> & Ports): IssueRecoveryToken =>
  makeIssueRecoveryToken({
    ...scope,
    derivedSecrets: scope.use(makeDerivedSecrets),
    recordEventWrite: scope.use(provideRecordEventWrite),
  });
