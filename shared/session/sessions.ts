import * as z from 'zod/mini';
import { accountKey, requireEpochWrite, requireSessionWrite } from '../account/accounts.ts';
import {
  AUTHENTICATION_METHODS,
  forgettableRevocations,
  type Principal,
  type SessionBearing,
} from '../account/principal.ts';
import type { Dynamo, Key, Write } from '../aws/dynamo.ts';
import { isExpired, type RowOf, rowSchema, rowStamp } from '../aws/row.ts';
import type { Clock } from '../primitives/clock.ts';

/** The row of a session. */
export const sessionRow = rowSchema({
  sessionId: z.string(),
  accountId: z.string(),
  epoch: z.int(),
  refreshDigest: z.string(),
  previousRefreshDigest: z.nullable(z.string()),
  rotationSalt: z.nullable(z.string()),
  rotatedAtMs: z.int(),
  authTimeEpochSeconds: z.int(),
  methods: z.array(z.enum(AUTHENTICATION_METHODS)),
  deviceName: z.nullable(z.string()),
  sourceIp: z.string(),
  createdAtEpochSeconds: z.int(),
  lastUsedAtEpochSeconds: z.int(),
  absoluteEndEpochSeconds: z.int(),
  expiresAtEpochSeconds: z.int(),
});

/** One sign-in of one device. */
export type Session = RowOf<typeof sessionRow>;

export const sessionKey = ({ accountId, sessionId }: Pick<Session, 'accountId' | 'sessionId'>): Key => ({
  pk: `ACCOUNT#${accountId}`,
  sk: `SESSION#${sessionId}`,
});

/** The row of a new session, to ride with a write that checks the epoch it begins in. */
export const createSessionWrite = (session: Session): Write => ({
  kind: 'put',
  table: 'tokens',
  item: { ...sessionKey(session), ...rowStamp, ...session },
  condition: 'attribute_not_exists(#pk)',
});

interface Rotation {
  session: Pick<Session, 'accountId' | 'sessionId'>;
  /** The account's: a session of an earlier one has ended, and is not kept alive. */
  epoch: number;
  presentedDigest: string;
  nextDigest: string;
  salt: string;
  sourceIp: string;
  idleSeconds: number;
}

/**
 * Takes a session into the account's next epoch with a new refresh token: for the caller whose own action raised it. Rides with
 * that action; loses when the session has ended.
 */
export const carrySessionOverWrite = ({
  session,
  refreshDigest,
}: {
  session: Session;
  refreshDigest: string;
}): Write => ({
  kind: 'update',
  table: 'tokens',
  key: sessionKey(session),
  update: 'SET #epoch = :next, #refreshDigest = :digest, #previousRefreshDigest = :none, #rotationSalt = :none',
  condition: '#epoch = :epoch',
  values: { ':epoch': session.epoch, ':next': session.epoch + 1, ':digest': refreshDigest, ':none': null },
});

/** What came of a rotation. In all cases but the first nothing was written. */
type RotationResult =
  | { outcome: 'rotated'; session: Session }
  /** The session goes on, but with another token: this is a repeat of the last refresh, or a token that was used long ago. */
  | { outcome: 'not-the-latest'; session: Session }
  | { outcome: 'ended' };

/** Sessions. */
export interface Sessions {
  /**
   * Begins a session in the epoch that its account was read in, with the writes that belong to it.
   * @returns `false` when the account has left that epoch since
   */
  start(start: { session: Session; writes: readonly Write[] }): Promise<boolean>;
  /** @returns `null` for a session that has ended */
  find(principal: Pick<Principal, 'accountId' | 'sessionId'>): Promise<Session | null>;
  /** Replaces a session's refresh token, in one conditional write: of any number of attempts with one token one wins. */
  rotate(rotation: Rotation): Promise<RotationResult>;
  /**
   * Notes that a session's owner has just proven again who they are, and how.
   * @param writes what belongs to it, such as the write that uses the second factor's proof up
   * @returns `false` where the session has ended, or one of those lost
   */
  prove(proven: {
    principal: Principal;
    authTimeEpochSeconds: number;
    methods: Session['methods'];
    writes: readonly Write[];
  }): Promise<boolean>;
  /** Ends one session at once, its access tokens included; does nothing where it has ended already. */
  end(end: {
    account: SessionBearing;
    principal: Pick<Principal, 'accountId' | 'sessionId' | 'epoch'>;
    accessTokenSeconds: number;
    event: Write;
  }): Promise<void>;
}

/** Opens the sessions. */
export const makeSessions = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): Sessions => ({
  start: async ({ session, writes }) => {
    const result = await dynamo.transact([requireEpochWrite(session), createSessionWrite(session), ...writes]);
    return result.won;
  },

  find: async (principal) => {
    const item = await dynamo.get('tokens', sessionKey(principal));
    return item && sessionRow.parse(item);
  },

  rotate: async ({ session, epoch, presentedDigest, nextDigest, salt, sourceIp, idleSeconds }) => {
    const nowSeconds = clock.nowSeconds();
    const result = await dynamo.write({
      kind: 'update',
      table: 'tokens',
      key: sessionKey(session),
      update:
        'SET #refreshDigest = :next, #previousRefreshDigest = :presented, #rotationSalt = :salt, #rotatedAtMs = :nowMs, ' +
        '#lastUsedAtEpochSeconds = :now, #sourceIp = :source, #expiresAtEpochSeconds = :idleEnd',
      condition:
        '#refreshDigest = :presented AND #epoch = :epoch AND #expiresAtEpochSeconds > :now AND #absoluteEndEpochSeconds > :now',
      values: {
        ':epoch': epoch,
        ':next': nextDigest,
        ':presented': presentedDigest,
        ':salt': salt,
        ':nowMs': clock.nowMs(),
        ':now': nowSeconds,
        ':source': sourceIp,
        ':idleEnd': nowSeconds + idleSeconds,
      },
    });
    const item = result.won ? result.item : result.current;
    if (!item) return { outcome: 'ended' };
    const found = sessionRow.parse(item);
    if (result.won) return { outcome: 'rotated', session: found };
    const over = isExpired(found, nowSeconds) || found.absoluteEndEpochSeconds <= nowSeconds;
    return over ? { outcome: 'ended' } : { outcome: 'not-the-latest', session: found };
  },

  prove: async ({ principal, authTimeEpochSeconds, methods, writes }) => {
    const result = await dynamo.transact([
      requireSessionWrite(principal),
      {
        kind: 'update',
        table: 'tokens',
        key: sessionKey(principal),
        update: 'SET #authTimeEpochSeconds = :at, #methods = :methods',
        condition: 'attribute_exists(#pk)',
        values: { ':at': authTimeEpochSeconds, ':methods': methods },
      },
      ...writes,
    ]);
    return result.won;
  },

  end: async ({ account, principal, accessTokenSeconds, event }) => {
    const nowSeconds = clock.nowSeconds();
    const forgettable = forgettableRevocations(account, nowSeconds);
    const remove = forgettable.map((_, index) => `#revokedSessions.#old${index}`).join(', ');
    await dynamo.transact([
      { kind: 'delete', table: 'tokens', key: sessionKey(principal) },
      {
        kind: 'update',
        table: 'accounts',
        key: accountKey(principal.accountId),
        update: `SET #revokedSessions.#session = :until${remove && ` REMOVE ${remove}`}`,
        condition: '#epoch = :epoch AND attribute_not_exists(#revokedSessions.#session)',
        names: {
          '#session': principal.sessionId,
          ...Object.fromEntries(forgettable.map((sessionId, index) => [`#old${index}`, sessionId])),
        },
        values: { ':epoch': principal.epoch, ':until': nowSeconds + accessTokenSeconds },
      },
      event,
    ]);
  },
});
