import { type Account, accountRow, parseAccount, sessionIsCurrent } from '../../shared/account/accounts.ts';
import { isSessionCurrent, type Principal } from '../../shared/account/principal.ts';
import type { Dynamo, Write } from '../../shared/aws/dynamo.ts';
import { type Devices, devicesRow, parseDevices } from '../../shared/devices/devices.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { isOver, type Session, sessionRow } from '../../shared/session/session-row.ts';
import { type CarriedOver, carrySessionOverWrite } from '../../shared/session/sessions.ts';
import { type Factors, factorsRow, parseFactors } from '../../shared/two-factor/factors.ts';

/** The caller's account and session, and what is known of another of its sessions. */
export interface OwnSessions {
  account: Account;
  /** The caller's. */
  own: Session;
  factors: Factors;
  /** The wanted one; `null` where the account has none with that id, or it has ended. */
  wanted: Session | null;
  devices: Devices | null;
}

/** Sessions of a signed-in caller. */
export interface OwnSessionStore {
  /**
   * Reads them in one snapshot. The wanted one is looked for among the account's own alone, so another account's is as unknown as
   * one that never was.
   *
   * @param wantedId of any text that a key may have
   * @returns `null` where the caller's session has ended
   * @throws StoreUnavailable
   */
  read(principal: Principal, wantedId: string): Promise<OwnSessions | null>;
  /**
   * Raises the account's epoch, which ends every session, and carries the caller's over.
   * @returns `false` where the caller's session has ended
   * @throws StoreUnavailable
   */
  endOthers(end: { principal: Principal; carriedOver: CarriedOver; writes: readonly Write[] }): Promise<boolean>;
}

/** Opens them. */
export const makeOwnSessions = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): OwnSessionStore => ({
  read: async (principal, wantedId) => {
    const { accountId, sessionId } = principal;
    const isOwn = wantedId === sessionId; // a snapshot has no row twice
    const places = [
      accountRow.at(accountId),
      sessionRow.at(accountId, sessionId),
      factorsRow.at(accountId),
      devicesRow.at(accountId),
    ];
    const wantedPlace = isOwn ? [] : [sessionRow.at(accountId, wantedId)];
    const [accountItem, ownItem, factorsItem = null, devicesItem = null, wantedItem = null] = await dynamo.transactGet([
      ...places,
      ...wantedPlace,
    ]);
    const account = accountItem ? parseAccount(accountItem) : null;
    if (!account || !ownItem || !isSessionCurrent(account, principal)) return null;
    const own = sessionRow.parse(ownItem);
    const found = wantedItem && sessionRow.parse(wantedItem);
    const lives = found !== null && isSessionCurrent(account, found) && !isOver(found, clock.nowSeconds());
    return {
      account,
      own,
      factors: parseFactors(factorsItem),
      wanted: isOwn ? own : lives ? found : null,
      devices: parseDevices(devicesItem),
    };
  },

  endOthers: async ({ principal, carriedOver, writes }) => {
    const { accountId, epoch } = principal;
    const raised = accountRow.updateWrite(
      accountRow.key(accountId),
      { set: { epoch: epoch + 1 } },
      sessionIsCurrent(principal),
    );
    return (await dynamo.transact([raised, carrySessionOverWrite(carriedOver), ...writes])).won;
  },
});
