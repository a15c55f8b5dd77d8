import { type Account, type Accounts, makeAccounts, requireEpochWrite } from '../../shared/account/accounts.ts';
import { isUnchanged, type LatestToken } from '../../shared/account/latest-token-row.ts';
import { isErasable } from '../../shared/account/pending-deletion.ts';
import { provideRecordEventWrite, type RecordEventWrite } from '../../shared/account/security-events.ts';
import type { Dynamo, Write } from '../../shared/aws/dynamo.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { type ClaimedIntent, LEASE_SECONDS } from '../../shared/outbox/outbox.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import type { NewToken, SpacedTokenKind } from './spaced-token-kind.ts';
import { nextSpacingSeconds, tokenStep } from './token-spacing.ts';

export interface IssueSpacedTokenDeps {
  dynamo: Dynamo;
  accounts: Pick<Accounts, 'find'>;
  derivedSecrets: DerivedSecrets;
  recordEventWrite: RecordEventWrite;
  clock: Clock;
}

/** A mail that is the one to be sent now. */
interface TokenMail {
  /** Whose it is, as it was read beside the token. */
  account: Account;
  token: string;
  /** Whole seconds that the token still lives. */
  validSeconds: number;
  /** Notes that SES has taken the mail: the spacing begins. */
  handedOver(): Promise<void>;
  /** Gives the turn back: nothing was sent, so nothing keeps the next mail back. */
  notHandedOver(): Promise<void>;
}

/** What came of a request; `no-account`: there is none of that id any more, or none that gets a token now. */
type IssuedToken = TokenMail | 'spaced' | 'no-account';

/** A mail with the same token is being handed to SES. Whether this one is needed shows when that is done. */
class TokenMailUnderWay extends Error {
  override readonly name = 'TokenMailUnderWay';
}

/**
 * Deliveries for one account can meet; each meeting settles at least one of them. An account can leave its epoch between its being
 * read and its token being stored; it does so rarely.
 *
 * @see DynamoDB Developer Guide, "Optimistic locking with version number": read again, then write again
 */
const ISSUE_ATTEMPTS = 5;

/** A request, the account that it is for, and the number that it named. */
type TokenRequest = Pick<ClaimedIntent, 'intentId' | 'requestedAtMs'> & {
  accountId: string;
  to?: string;
  /** Written with a token that begins, and with no repeat of one. */
  writesOfNew?: readonly Write[];
};

/** The turn of one intent to send a mail. */
interface Turn {
  account: Account;
  latest: LatestToken | null;
  /** Whether the newest token can still be used, by what its own row says. */
  isUsable: boolean;
  /** After the mail before; `null` where none of its tokens lives. */
  spacingSeconds: number | null;
  mine: Pick<LatestToken, 'requestedAtMs' | 'intentId'> & { sendingIntentId: string; sendingUntilMs: number };
}

/** The newest token, where it lives and can be derived again. */
interface LivingToken extends NewToken {
  beganAtEpochSeconds: number;
}

/**
 * Makes the token of an account, or the same one again while it lives. Two live at the most: past half of the life of one a
 * second begins beside it. A request that comes within the spacing of a mail which SES has taken brings nothing.
 *
 * @throws TokenMailUnderWay
 */
const makeIssueSpacedToken = (deps: IssueSpacedTokenDeps, kind: SpacedTokenKind) => {
  const { dynamo, accounts, derivedSecrets, recordEventWrite, clock } = deps;
  const { latestRow } = kind;

  const derive = (salt: string, account: Account) => {
    const { accountId, epoch } = account;
    return derivedSecrets.token(salt, {
      purpose: kind.purpose,
      row: accountId,
      epoch,
      destination: kind.destinationOf(account),
    });
  };

  /** @returns `null` where it is used, voided or over, or where release 0.1.0 drew it: that one lives out */
  const livingToken = async (latest: LatestToken | null, account: Account): Promise<LivingToken | null> => {
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
    const expiresAtEpochSeconds = beganAtEpochSeconds + kind.lifeSeconds;
    return { salt, token, tokenHash: sha256(token), beganAtEpochSeconds, expiresAtEpochSeconds };
  };

  /** The token before a new one, where it may be alive: nothing that a stranger asks for voids what the owner holds. */
  const livingOut = ({ account, latest, isUsable }: Turn) => {
    if (!latest || (latest.epoch !== undefined && latest.epoch !== account.epoch)) return null;
    const { tokenHash, expiresAtEpochSeconds = 0 } = latest;
    const { olderTokenHash, olderExpiresAtEpochSeconds = 0 } = isUsable
      ? { olderTokenHash: tokenHash, olderExpiresAtEpochSeconds: expiresAtEpochSeconds }
      : latest;
    return olderTokenHash !== undefined && olderExpiresAtEpochSeconds > clock.nowSeconds()
      ? { olderTokenHash, olderExpiresAtEpochSeconds }
      : null;
  };

  const beginWrites = (made: Awaited<ReturnType<typeof newToken>>, turn: Turn): Write[] => {
    const { account, latest, spacingSeconds, mine } = turn;
    const { accountId, epoch } = account;
    const { token: _, ...stored } = made;
    const older = livingOut(turn);
    const dropped = [latest?.tokenHash, latest?.olderTokenHash].filter((one) => one !== older?.olderTokenHash);
    return [
      kind.beginWrite(made, account),
      latestRow.putWrite(
        latestRow.key(accountId),
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
      ...dropped.flatMap((tokenHash) => (tokenHash === undefined ? [] : [kind.dropWrite(tokenHash)])),
    ];
  };

  const repeatWrite = ({ account: { accountId }, latest, mine }: Turn): Write =>
    latestRow.updateWrite(latestRow.key(accountId), { set: mine, add: { revision: 1 } }, isUnchanged(latest));

  const mailOf = ({ token, tokenHash, beganAtEpochSeconds, expiresAtEpochSeconds }: LivingToken, turn: Turn) => {
    const key = latestRow.key(turn.account.accountId);
    const { and, is } = latestRow.when;
    const isMine = and(is('tokenHash', tokenHash), is('sendingIntentId', turn.mine.sendingIntentId));
    const endTurn = async (set: { handedAtEpochSeconds?: number; spacingSeconds?: number }) => {
      const changes = { set, add: { revision: 1 }, remove: ['sendingIntentId', 'sendingUntilMs'] } as const;
      await dynamo.write(latestRow.updateWrite(key, changes, isMine));
    };
    const lifeSeconds = expiresAtEpochSeconds - beganAtEpochSeconds;
    return {
      account: turn.account,
      token,
      validSeconds: expiresAtEpochSeconds - clock.nowSeconds(),
      handedOver: () =>
        endTurn({
          handedAtEpochSeconds: clock.nowSeconds(),
          spacingSeconds: nextSpacingSeconds(turn.spacingSeconds, lifeSeconds, kind.firstSpacingSeconds),
        }),
      notHandedOver: () => endTurn({}),
    };
  };

  return async ({ accountId, intentId, requestedAtMs, to, writesOfNew = [] }: TokenRequest): Promise<IssuedToken> => {
    for (let attempt = 0; attempt < ISSUE_ATTEMPTS; attempt += 1) {
      const nowMs = clock.nowMs();
      // Both at once: what is written holds only while neither has changed.
      const latestItem = dynamo.get('tokens', latestRow.key(accountId));
      const [account, item] = await Promise.all([accounts.find(accountId), latestItem]);
      if (!account || isErasable(account, clock.nowSeconds())) return 'no-account';
      if (kind.isWithheldFrom(account, to ?? null)) return 'no-account';
      const { epoch } = account;
      const latest = item && latestRow.parse(item);
      const unspent = await livingToken(latest, account);
      const isUsable = unspent === null || !(await kind.isUsedUp(unspent.tokenHash));
      const living = isUsable ? unspent : null;
      const isOthersTurn = latest?.sendingIntentId !== intentId && (latest?.sendingUntilMs ?? 0) > nowMs;
      const spacingSeconds = (living && latest?.spacingSeconds) ?? null;
      const handedAtEpochSeconds = latest?.handedAtEpochSeconds ?? null;
      // Of a token that was handed to SES before, the other mail is enough, even if it is lost.
      if (living && isOthersTurn && handedAtEpochSeconds !== null) return 'spaced';
      if (living && isOthersTurn) throw new TokenMailUnderWay();

      const mailed = living && { ...living, handedAtEpochSeconds, spacingSeconds: spacingSeconds ?? 0 };
      const step = tokenStep(mailed, clock.nowSeconds(), kind.firstSpacingSeconds);
      if (step === 'spaced') return 'spaced';

      const sendingUntilMs = nowMs + LEASE_SECONDS * 1000;
      const turn = {
        account,
        latest,
        isUsable,
        spacingSeconds,
        mine: { requestedAtMs, intentId, sendingIntentId: intentId, sendingUntilMs },
      };
      const made = step === 'repeat' && living ? null : await newToken(account);
      const isAnotherMail = latest?.intentId !== intentId; // a retry is the same mail
      const result = await dynamo.transact([
        requireEpochWrite({ accountId, epoch }), // the token would be dead before it is mailed
        ...(made ? [...beginWrites(made, turn), ...writesOfNew] : [repeatWrite(turn)]),
        ...(isAnotherMail ? [recordEventWrite({ accountId, type: kind.event, sourceIp: null })] : []),
      ]);
      const sending = made ?? living;
      if (result.won && sending) return mailOf(sending, turn);
    }
    throw new Error('a token kept losing to others of its account');
  };
};

export type IssueSpacedToken = ReturnType<typeof makeIssueSpacedToken>;

export const provideIssueSpacedToken =
  (kindOf: (scope: Scope<'tokens'> & Ports) => SpacedTokenKind) =>
  (scope: Scope<'events' | 'tokens'> & Ports): IssueSpacedToken =>
    makeIssueSpacedToken(
      {
        ...scope,
        accounts: scope.use(makeAccounts),
        derivedSecrets: scope.use(makeDerivedSecrets),
        recordEventWrite: scope.use(provideRecordEventWrite),
      },
      kindOf(scope),
    );
