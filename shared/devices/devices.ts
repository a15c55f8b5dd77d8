import * as z from 'zod/mini';
import { requireEpochWrite } from '../account/accounts.ts';
import type { Condition } from '../aws/conditions.ts';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
import type { RowOf } from '../aws/row.ts';
import { DEVICE_SECONDS } from '../contract/lifetimes.ts';
import type { Clock } from '../primitives/clock.ts';
import type { DeviceToken } from './device-tokens.ts';

/** The least recently used device goes where another comes. A person has fewer; a thief of the password adds no more. */
export const DEVICES_PER_ACCOUNT = 20;

/** The least recently used session ends where another begins: a person has fewer, and a list of them stays short. */
export const SESSIONS_PER_ACCOUNT = 100;

/** Wrong passwords in a row that end a device. @see NIST SP 800-63B-4 §3.2.2, which allows 100 */
export const DEVICE_FAILURES = 10;

/** The devices of an account: one row, so they are read with the account, and their number is bounded without a scan. */
export const devicesRow = defineRow({
  table: 'tokens',
  word: 'ACCOUNT',
  sortKey: () => 'DEVICES',
  shape: {
    /** By device id. */
    devices: z.record(
      z.string(),
      z.object({
        epoch: z.int(),
        /** Of the last complete sign-in. */
        lastUsedAtEpochSeconds: z.int(),
        /** Wrong passwords since the last right one. */
        failures: z.int(),
      }),
    ),
    /** How many sessions are stored, or fewer; absent where release 0.1.0 wrote the row. */
    sessions: z.optional(z.int()),
    /** No device is known for longer. */
    expiresAtEpochSeconds: z.int(),
  },
});

/** The devices of an account, as they were read. */
export type Devices = RowOf<typeof devicesRow>;

type Device = Devices['devices'][string];

/** @returns `null` for an account whose first device is still to come */
export const parseDevices = (item: Item | null): Devices | null => item && devicesRow.parse(item);

const hasEnded = (
  { epoch, failures, lastUsedAtEpochSeconds }: Device,
  now: { epoch: number; seconds: number },
): boolean =>
  epoch !== now.epoch || failures >= DEVICE_FAILURES || lastUsedAtEpochSeconds + DEVICE_SECONDS <= now.seconds;

/**
 * Whether an account knows the device of a token.
 *
 * @param devices the account's; `null` where it has none
 */
export const isDeviceKnown = (
  token: DeviceToken,
  { account, devices }: { account: { accountId: string; epoch: number }; devices: Devices | null },
  nowSeconds: number,
): boolean => {
  const device = devices?.devices[token.deviceId];
  if (!device || token.accountId !== account.accountId || token.epoch !== account.epoch) return false;
  return !hasEnded(device, { epoch: account.epoch, seconds: nowSeconds });
};

const { when } = devicesRow;

/** The device is there in its token's epoch and has tries left. A comparison with a device that is gone does not hold. */
const hasTriesLeft = ({ deviceId, epoch }: DeviceToken, nowSeconds: number): Condition =>
  when.and(
    when.is(['devices', deviceId, 'epoch'], epoch),
    when.below(['devices', deviceId, 'failures'], DEVICE_FAILURES),
    when.above(['devices', deviceId, 'lastUsedAtEpochSeconds'], nowSeconds - DEVICE_SECONDS),
  );

/** Counts a wrong password, or a try before it is compared; loses where the device has none left. */
const countFailureWrite = (token: DeviceToken, nowSeconds: number): Write =>
  devicesRow.updateWrite(
    devicesRow.key(token.accountId),
    { increaseAt: [[['devices', token.deviceId, 'failures'], 1]] },
    hasTriesLeft(token, nowSeconds),
  );

/**
 * What lets a sign-in go on where the limit of its address refuses: a try of a device that the account knows in its present epoch.
 * The try is counted before the password is compared, so any number of parallel ones stay within {@link DEVICE_FAILURES}.
 */
export const passWrites = (token: DeviceToken, nowSeconds: number): Write[] => [
  countFailureWrite(token, nowSeconds),
  requireEpochWrite(token),
];

/** Ends one device, which the account has; loses where the devices are gone. */
export const forgetDeviceWrite = ({ accountId, deviceId }: Pick<DeviceToken, 'accountId' | 'deviceId'>): Write =>
  devicesRow.updateWrite(devicesRow.key(accountId), { remove: [['devices', deviceId]] }, when.exists);

/** Begins the count anew after a right password that a second factor is still to follow; loses where the device has gone. */
export const forgetDeviceFailuresWrite = ({ accountId, deviceId }: DeviceToken): Write =>
  devicesRow.updateWrite(
    devicesRow.key(accountId),
    { setAt: [[['devices', deviceId, 'failures'], 0]] },
    when.has(['devices', deviceId]),
  );

/** Several sign-ins at once may each count one more, up to the maximum; a new count holds for the sessions that were read alone. */
const isCountAsRead = ({ sessions }: Devices, counted: number | undefined): Condition => {
  if (counted === undefined) return when.below('sessions', SESSIONS_PER_ACCOUNT);
  return sessions === undefined ? when.lacks('sessions') : when.is('sessions', sessions);
};

/**
 * Notes that a sign-in was complete on a device, in the transaction that begins its session. A device that is not there is added,
 * and what has ended goes, and the least recently used where there would be too many. Loses where the devices were changed so
 * that one too many would be left, or the sessions have become too many: then it has to be made again of the row as it is.
 *
 * @param seen the row as it was read; `null` where there was none
 * @param counted how many sessions are stored with the one that begins, where they were counted; one more than before unless given
 */
export const noteDeviceWrite = (
  { accountId, deviceId, epoch }: DeviceToken,
  seen: Devices | null,
  nowSeconds: number,
  counted?: number,
): Write => {
  const key = devicesRow.key(accountId);
  const device: Device = { epoch, lastUsedAtEpochSeconds: nowSeconds, failures: 0 };
  const expiresAtEpochSeconds = nowSeconds + DEVICE_SECONDS;
  if (!seen) {
    const row = { devices: { [deviceId]: device }, sessions: counted ?? 1, expiresAtEpochSeconds };
    return devicesRow.putWrite(key, row, when.isNew);
  }

  const others = Object.entries(seen.devices).filter(([id]) => id !== deviceId);
  const ended = others.filter(([, other]) => hasEnded(other, { epoch, seconds: nowSeconds }));
  const living = others
    .filter((other) => !ended.includes(other))
    .toSorted(([, a], [, b]) => a.lastUsedAtEpochSeconds - b.lastUsedAtEpochSeconds);
  const surplus = living.slice(0, Math.max(0, living.length + 1 - DEVICES_PER_ACCOUNT));
  const leaving = [...ended, ...surplus].map(([id]) => id);
  const isThere = seen.devices[deviceId] !== undefined;
  return devicesRow.updateWrite(
    key,
    {
      set: { expiresAtEpochSeconds, sessions: counted },
      ...(counted === undefined && { increase: { sessions: 1 } }),
      setAt: [[['devices', deviceId], device]],
      remove: leaving.map((id) => ['devices', id] as const),
    },
    when.and(
      isThere ? when.has(['devices', deviceId]) : when.sizeAtMost('devices', DEVICES_PER_ACCOUNT - 1 + leaving.length),
      ...leaving.map((id) => when.has(['devices', id])),
      isCountAsRead(seen, counted),
    ),
  );
};

/** Devices of accounts. */
export interface DeviceFailures {
  /**
   * Counts a wrong password that came with a device's token, together with other writes.
   * @returns `false` where the device has ended meanwhile, and nothing was written
   * @throws StoreUnavailable
   */
  count(token: DeviceToken, writes: readonly Write[]): Promise<boolean>;
}

/** Opens the counts of wrong passwords. */
export const makeDeviceFailures = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): DeviceFailures => ({
  count: async (token, writes) =>
    (await dynamo.transact([countFailureWrite(token, clock.nowSeconds()), ...writes])).won,
});
