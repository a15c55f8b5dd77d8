import { type Account, accountRow, parseAccount } from '../../shared/account/accounts.ts';
import { isFrozen } from '../../shared/account/change-journal.ts';
import { isPasswordOf, passwordRow, setPasswordWrite } from '../../shared/account/passwords.ts';
import { isSessionCurrent } from '../../shared/account/principal.ts';
import type { Dynamo, Write } from '../../shared/aws/dynamo.ts';
import { isExpired } from '../../shared/aws/row.ts';
import { devicesRow, forgetDeviceWrite, parseDevices } from '../../shared/devices/devices.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { isOver, type Session, sessionRow } from '../../shared/session/session-row.ts';
import { makeSessions, type Sessions } from '../../shared/session/sessions.ts';
import { signInVetoRow } from '../../shared/session/sign-in-vetoes.ts';

/** A sign-in that a token can take back. */
interface VetoedSignIn {
  tokenHash: string;
  account: Account;
  /** The session that it began, which may have ended. */
  sessionId: string;
  /** The account's at the sign-in. */
  epoch: number;
  /** `null` where it has ended, while the password is still the one that was used. */
  session: Session | null;
  /** Whether the account knows the device that the session began on. */
  isDeviceKnown: boolean;
  /** Whether a change was undone lately: then the mail of the undo is the owner's way, and the password stays. */
  isFrozen: boolean;
}

/** Sign-ins that were not the owner's. */
export interface VetoedSignIns {
  /**
   * @returns `null` for a token that is unknown, used or expired, or that would end nothing: the session has ended, and another password was
   * set since the sign-in
   * @throws StoreUnavailable
   */
  find(tokenHash: string): Promise<VetoedSignIn | null>;
  /**
   * Voids the password and raises the epoch, which ends every session, challenge, device and mailed token. It asks for no epoch: a thief
   * who signed in could change something each time and win.
   * @param veto.phc a hash that is of no password
   * @returns `false` for all but one of any number of attempts, where a change was undone or a deletion asked for since it was read, and
   * where the session has ended and another password was set
   * @throws StoreUnavailable
   */
  voidPassword(veto: { signIn: VetoedSignIn; phc: string; writes: readonly Write[] }): Promise<boolean>;
  /**
   * Ends the session alone, and forgets its device.
   * @returns `false` for all but one of any number of attempts, and where it has ended since it was read
   * @throws StoreUnavailable
   */
  endSession(veto: { signIn: VetoedSignIn; session: Session; writes: readonly Write[] }): Promise<boolean>;
}

/** Opens them. */
const makeVetoedSignIns = ({
  dynamo,
  clock,
  sessions,
  accessTokenSeconds,
}: {
  dynamo: Dynamo;
  clock: Clock;
  sessions: Pick<Sessions, 'end'>;
  accessTokenSeconds: number;
}): VetoedSignIns => {
  const useWrite = ({ tokenHash }: VetoedSignIn): Write =>
    signInVetoRow.consumeWrite(signInVetoRow.key(tokenHash), clock.nowSeconds());

  return {
    find: async (tokenHash) => {
      const nowSeconds = clock.nowSeconds();
      const item = await dynamo.get('tokens', signInVetoRow.key(tokenHash));
      const veto = item && signInVetoRow.parse(item);
      if (!veto || isExpired(veto, nowSeconds)) return null;
      const { accountId, sessionId, epoch } = veto;
      const [accountItem, passwordItem, sessionItem = null, devicesItem = null] = await dynamo.transactGet([
        accountRow.at(accountId),
        passwordRow.at(accountId),
        sessionRow.at(accountId, sessionId),
        devicesRow.at(accountId),
      ]);
      if (!accountItem || !passwordItem) return null;
      const account = parseAccount(accountItem);
      const found = sessionItem && sessionRow.parse(sessionItem);
      const session = found && isSessionCurrent(account, found) && !isOver(found, nowSeconds) ? found : null;
      const frozen = isFrozen(account, nowSeconds);
      // In the freeze nothing but the session can end. The account's epoch says nothing of the password: other sessions raise it too.
      if (!session && (frozen || !isPasswordOf(passwordRow.parse(passwordItem), epoch))) return null;
      const { deviceId } = found ?? {};
      const isDeviceKnown = deviceId !== undefined && parseDevices(devicesItem)?.devices[deviceId] !== undefined;
      return { tokenHash, account, sessionId, epoch, session, isDeviceKnown, isFrozen: frozen };
    },

    voidPassword: async ({ signIn, phc, writes }) => {
      const { accountId, epoch, frozenUntilEpochSeconds } = signIn.account;
      const { and, is, lacks } = accountRow.when;
      const isAsFrozen =
        frozenUntilEpochSeconds === undefined
          ? lacks('frozenUntilEpochSeconds')
          : is('frozenUntilEpochSeconds', frozenUntilEpochSeconds);
      const { won } = await dynamo.transact([
        useWrite(signIn),
        accountRow.updateWrite(
          accountRow.key(accountId),
          { increase: { epoch: 1 } },
          and(accountRow.when.exists, isAsFrozen, lacks('deletion')),
        ),
        // Another action may have raised the epoch since it was read: then this is lower, and a token of between voids what is void.
        setPasswordWrite({ accountId, phc, epoch: epoch + 1 }, signIn.session ? undefined : signIn.epoch),
        ...writes,
      ]);
      return won;
    },

    endSession: ({ signIn, session, writes }) => {
      const { account, isDeviceKnown } = signIn;
      const { accountId, deviceId } = session;
      return sessions.end({
        account,
        principal: session,
        accessTokenSeconds,
        writes: [
          useWrite(signIn),
          ...(isDeviceKnown && deviceId !== undefined ? [forgetDeviceWrite({ accountId, deviceId })] : []),
          ...writes,
        ],
      });
    },
  };
};

export const provideVetoedSignIns = (scope: Scope<'sessions.accessTokenSeconds'> & Ports): VetoedSignIns =>
  makeVetoedSignIns({ ...scope, ...scope.settings.sessions, sessions: scope.use(makeSessions) });
