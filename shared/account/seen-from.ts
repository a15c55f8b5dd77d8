import type * as z from 'zod/mini';
import type { seenFromShape } from '../contract/seen-from.ts';
import { shownNetwork } from '../limits/source-network.ts';
import type { SeenDevice } from '../primitives/described-device.ts';
import type { DeviceSystem } from '../primitives/device-words.ts';

type SeenFrom = z.infer<z.ZodMiniObject<typeof seenFromShape>>;

/** Names of systems that are stored by the device. */
const SYSTEM_NAMES: Readonly<Partial<Record<DeviceSystem, string>>> = { iPhone: 'iOS', iPad: 'iPadOS', mac: 'macOS' };

/** Where something came from. */
interface Origin {
  /** As it describes itself; left out where nothing was noted. */
  device?: SeenDevice | undefined;
  /** What the client calls it; `null` where it doesn't say. */
  deviceName?: string | null | undefined;
  /** Left out where no request of the owner's or about the account did it. */
  sourceIp?: string | undefined;
  /** Of that address; left out where no edge told it. */
  country?: string | undefined;
}

/**
 * From where something came, as the account's owner is told: of an address its network alone, so that a person who looks at the list,
 * or has stolen a session, learns less than who keeps the logs.
 */
export const seenFrom = ({ device, deviceName, sourceIp, country }: Origin): SeenFrom => {
  const { program = null, system = null, kind = 'other' as const } = device ?? {};
  const name = deviceName ?? null;
  const network = sourceIp === undefined ? null : shownNetwork(sourceIp);
  return {
    ...((device || name !== null) && {
      device: {
        kind,
        ...(name !== null && { name }),
        ...(program !== null && { program }),
        ...(system !== null && { system: SYSTEM_NAMES[system] ?? system }),
      },
    }),
    ...(network !== null && { network }),
    ...(country !== undefined && { country }),
  };
};
