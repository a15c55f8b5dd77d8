import type { Dynamo, Write } from '../aws/dynamo.ts';
import { type Devices, SESSIONS_PER_ACCOUNT } from '../devices/devices.ts';
import { isOver, type NewSession, type Session, sessionRow } from './session-row.ts';

/** Three times as many as there may be: release 0.1.0 knew no maximum. */
const READ_AT_MOST = 3 * SESSIONS_PER_ACCOUNT;

/** A transaction has 100 writes, and a sign-in has some of its own; what is left goes with the next sign-in. */
const LEAVING_AT_MOST = 80;

/** Every row of a session begins with the first, and none is the second. */
const RANGE = { from: 'SESSION#', to: 'SESSION$' };

/** The sessions of an account as they are stored, in one call, whether they are over or not. @throws StoreUnavailable */
const readSessions = async (dynamo: Pick<Dynamo, 'queryNewest'>, accountId: string): Promise<Session[]> => {
  const { pk } = sessionRow.key(accountId, '');
  const items = await dynamo.queryNewest({ table: 'tokens', pk, range: RANGE, limit: READ_AT_MOST });
  return items.map((item) => sessionRow.parse(item));
};

/** The sessions of accounts, for who lists them. */
export interface StoredSessions {
  read(accountId: string): ReturnType<typeof readSessions>;
}

/** Opens them. */
export const makeStoredSessions = ({ dynamo }: { dynamo: Dynamo }): StoredSessions => ({
  read: (accountId) => readSessions(dynamo, accountId),
});

/** The last used first. */
export const byLastUse = (one: Session, other: Session): number =>
  other.lastUsedAtEpochSeconds - one.lastUsedAtEpochSeconds;

/** What makes room for a session. */
interface Room {
  /** How many rows there are with it. */
  counted: number;
  /** Remove those that have ended, and the least recently used where there would be too many. */
  writes: readonly Write[];
}

/**
 * Makes room for a session that begins. The account's sessions are counted as they begin, in the row of its devices; they are read
 * where that count has reached the maximum, since many of them may have ended, and where there is none.
 *
 * @param begun.seen the account's devices as they were read; `null` where there are none
 * @returns `null` where there is room
 * @throws StoreUnavailable
 */
export const makeRoom = async ({
  dynamo,
  session: { accountId, epoch },
  seen,
  nowSeconds,
}: {
  dynamo: Pick<Dynamo, 'queryNewest'>;
  session: NewSession;
  seen: Devices | null;
  nowSeconds: number;
}): Promise<Room | null> => {
  if (seen?.sessions !== undefined && seen.sessions < SESSIONS_PER_ACCOUNT) return null;
  const stored = await readSessions(dynamo, accountId);
  const hasEnded = (one: Session): boolean => one.epoch !== epoch || isOver(one, nowSeconds);
  const living = stored.filter((one) => !hasEnded(one)).toSorted(byLastUse);
  const leaving = [...stored.filter(hasEnded), ...living.slice(SESSIONS_PER_ACCOUNT - 1)].slice(0, LEAVING_AT_MOST);
  return {
    counted: stored.length - leaving.length + 1,
    // Of several sign-ins at once each has to find a session of its own to end, or the number would grow.
    writes: leaving.map(({ sessionId }) =>
      sessionRow.deleteWrite(sessionRow.key(accountId, sessionId), sessionRow.when.exists),
    ),
  };
};
