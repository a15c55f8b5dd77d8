import { accountRow, requireEpochWrite, requireSessionWrite, sessionIsCurrent } from '../account/accounts.ts';
import { notedCountry, notedDevice, type RequestNoting } from '../account/noted-device.ts';
import { forgettableRevocations, type Principal, type SessionBearing } from '../account/principal.ts';
import { type Dynamo, type Key, StoreUnavailable, type Write } from '../aws/dynamo.ts';
import { DEVICES_PER_ACCOUNT, type Devices, noteDeviceWrite, parseDevices } from '../devices/devices.ts';
import type { Clock } from '../primitives/clock.ts';
import { makeRoom } from './session-list.ts';
import { isOver, type NewSession, type Session, sessionRow } from './session-row.ts';

const keyOf = ({ accountId, sessionId }: Pick<Session, 'accountId' | 'sessionId'>): Key =>
  sessionRow.key(accountId, sessionId);

/** The row of a new session, to ride with a write that checks the epoch it begins in. */
export const createSessionWrite = (session: Session): Write =>
  sessionRow.putWrite(keyOf(session), session, sessionRow.when.isNew);

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

/** The caller's session as it goes on in the account's next epoch, where every other session ends. */
export interface CarriedOver {
  session: Session;
  /** The session as it goes on. */
  next: Pick<Session, 'epoch' | 'issueSalt' | 'rotatedAtMs' | 'lastUsedAtEpochSeconds' | 'expiresAtEpochSeconds'>;
  /** Of the refresh token that it goes on with. */
  refreshDigest: string;
}

/**
 * Takes a session into the account's next epoch with a new refresh token: for the caller whose own action raised it. Rides with
 * that action; loses when the session has ended.
 *
 * The token before is kept as it is when this is written, which may be newer than the session that was read: its holder may
 * have lost this answer, and is given the new token for a while (refresh-session).
 */
export const carrySessionOverWrite = ({
  session,
  next: { epoch, issueSalt, rotatedAtMs, lastUsedAtEpochSeconds, expiresAtEpochSeconds },
  refreshDigest,
}: CarriedOver): Write =>
  sessionRow.updateWrite(
    keyOf(session),
    {
      set: {
        epoch,
        refreshDigest,
        rotationSalt: null,
        issueSalt,
        rotatedAtMs,
        lastUsedAtEpochSeconds,
        expiresAtEpochSeconds,
      },
      copy: { previousRefreshDigest: 'refreshDigest' },
    },
    sessionRow.when.is('epoch', session.epoch),
  );

/** What came of a rotation. In all cases but the first nothing was written. */
type RotationResult =
  | { outcome: 'rotated'; session: Session }
  /** The session goes on, but with another token: this is a repeat of the last refresh, or a token that was used long ago. */
  | { outcome: 'not-the-latest'; session: Session }
  | { outcome: 'ended' };

/** Sessions. */
export interface Sessions {
  /**
   * Begins a session in the epoch that its account was read in, with the writes that belong to it, and notes its device. Where the
   * account has as many sessions as it may have, those that have ended go, and else the least recently used.
   * @param start.devices the account's, as they were read; `null` where there were none
   * @returns `false` when the account has left that epoch since
   * @throws StoreUnavailable
   */
  start(start: { session: NewSession; devices: Devices | null; writes: readonly Write[] }): Promise<boolean>;
  /** @returns `null` for a session that has ended @throws StoreUnavailable */
  find(principal: Pick<Principal, 'accountId' | 'sessionId'>): Promise<Session | null>;
  /**
   * Replaces a session's refresh token, in one conditional write: of any number of attempts with one token one wins.
   * @throws StoreUnavailable
   */
  rotate(rotation: Rotation): Promise<RotationResult>;
  /**
   * Notes that a session's owner has just proven again who they are, and how.
   * @param writes what belongs to it, such as the write that uses the second factor's proof up
   * @returns `false` where the session has ended, or one of those lost
   * @throws StoreUnavailable
   */
  prove(proven: {
    principal: Principal;
    authTimeEpochSeconds: number;
    methods: Session['methods'];
    writes: readonly Write[];
  }): Promise<boolean>;
  /**
   * Ends one session at once, its access tokens included; does nothing where it has ended already.
   * @param end.by the session of the account that ends it, where that is another; it must not have ended
   * @returns `false` where nothing was done
   * @throws StoreUnavailable
   */
  end(end: {
    account: SessionBearing;
    principal: Pick<Principal, 'accountId' | 'sessionId' | 'epoch'>;
    by?: Principal;
    accessTokenSeconds: number;
    /** What belongs to it, such as the entry in the history. */
    writes: readonly Write[];
  }): Promise<boolean>;
}

/** Opens the sessions. */
export const makeSessions = ({
  dynamo,
  clock,
  requesters,
}: RequestNoting & { dynamo: Dynamo; clock: Clock }): Sessions => ({
  start: async ({ session, devices, writes }) => {
    const own = [requireEpochWrite(session), createSessionWrite(session), ...writes];
    let seen = devices;
    // Several devices may sign in at once, and all are to get in: who loses to another's change of the row follows it.
    for (let tries = 0; tries < DEVICES_PER_ACCOUNT; tries += 1) {
      const room = await makeRoom({ dynamo, session, seen, nowSeconds: clock.nowSeconds() });
      const noted = noteDeviceWrite(session, seen, clock.nowSeconds(), room?.counted);
      const result = await dynamo.transact([noted, ...own, ...(room?.writes ?? [])]);
      if (result.won) return true;
      const [refusal, ...others] = result.refusals;
      if (others.slice(0, own.length).some(Boolean)) return false;
      if (refusal) seen = parseDevices(refusal.current); // or another sign-in has made room by the same sessions
    }
    throw new StoreUnavailable('the devices of an account were changed again and again');
  },

  find: async (principal) => {
    const item = await dynamo.get('tokens', keyOf(principal));
    return item && sessionRow.parse(item);
  },

  rotate: async ({ session, epoch, presentedDigest, nextDigest, salt, sourceIp, idleSeconds }) => {
    const nowSeconds = clock.nowSeconds();
    const country = notedCountry(requesters);
    const { when } = sessionRow;
    const result = await dynamo.write(
      sessionRow.updateWrite(
        keyOf(session),
        {
          set: {
            refreshDigest: nextDigest,
            previousRefreshDigest: presentedDigest,
            rotationSalt: salt,
            rotatedAtMs: clock.nowMs(),
            lastUsedAtEpochSeconds: nowSeconds,
            device: notedDevice(requesters),
            sourceIp,
            country,
            expiresAtEpochSeconds: nowSeconds + idleSeconds,
          },
          ...(country === undefined && { remove: ['country'] as const }), // that of another address
        },
        when.and(
          when.is('refreshDigest', presentedDigest),
          when.is('epoch', epoch),
          when.lives(nowSeconds),
          when.above('absoluteEndEpochSeconds', nowSeconds),
        ),
      ),
    );
    const item = result.won ? result.item : result.current;
    if (!item) return { outcome: 'ended' };
    const found = sessionRow.parse(item);
    if (result.won) return { outcome: 'rotated', session: found };
    return isOver(found, nowSeconds) ? { outcome: 'ended' } : { outcome: 'not-the-latest', session: found };
  },

  prove: async ({ principal, authTimeEpochSeconds, methods, writes }) => {
    const result = await dynamo.transact([
      requireSessionWrite(principal),
      sessionRow.updateWrite(keyOf(principal), { set: { authTimeEpochSeconds, methods } }, sessionRow.when.exists),
      ...writes,
    ]);
    return result.won;
  },

  end: async ({ account, principal, by, accessTokenSeconds, writes }) => {
    const nowSeconds = clock.nowSeconds();
    const result = await dynamo.transact([
      sessionRow.deleteWrite(keyOf(principal)),
      accountRow.updateWrite(
        accountRow.key(principal.accountId),
        {
          setAt: [[['revokedSessions', principal.sessionId], nowSeconds + accessTokenSeconds]],
          remove: forgettableRevocations(account, nowSeconds).map(
            (sessionId) => ['revokedSessions', sessionId] as const,
          ),
        },
        sessionRow.when.and(sessionIsCurrent(principal), ...(by ? [sessionIsCurrent(by)] : [])),
      ),
      ...writes,
    ]);
    return result.won;
  },
});
