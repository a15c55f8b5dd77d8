import { shownNetwork } from '../limits/source-network.ts';
import type { DescribedDevice, SeenDevice } from '../primitives/described-device.ts';
import { notedCountry, notedDevice, type RequestNoting } from './noted-device.ts';

/** Where something came from, as a message tells its account's owner. */
interface ToldOrigin {
  device: DescribedDevice;
  /** `null` for an address that can't be read. */
  network: string | null;
  /** ISO 3166-1 alpha-2; `undefined` where no edge told it. */
  country: string | undefined;
}

/**
 * What a message tells of where something came from: no kind of device, and of an address its network alone.
 *
 * @param noted as a session keeps it
 */
export const toldOrigin = ({
  device,
  sourceIp,
  country,
}: {
  device?: SeenDevice | undefined;
  sourceIp: string;
  country?: string | undefined;
}): ToldOrigin => ({
  device: { program: device?.program ?? null, system: device?.system ?? null },
  network: shownNetwork(sourceIp),
  country,
});

/** The same of the present request. */
export const toldOriginOfRequest = (requesters: RequestNoting['requesters'], sourceIp: string): ToldOrigin =>
  toldOrigin({ device: notedDevice(requesters), sourceIp, country: notedCountry(requesters) });
