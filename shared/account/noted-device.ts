import * as z from 'zod/mini';
import type { Requesters } from '../lambda/requesters.ts';
import { type SeenDevice, seenDevice } from '../primitives/described-device.ts';
import { DEVICE_KINDS, DEVICE_PROGRAMS, DEVICE_SYSTEMS } from '../primitives/device-words.ts';

/** What a session and an entry of the history keep of the device that they came from: words of closed lists, never its own text. */
export const notedDeviceShape = z.object({
  program: z.nullable(z.enum(DEVICE_PROGRAMS)),
  system: z.nullable(z.enum(DEVICE_SYSTEMS)),
  kind: z.enum(DEVICE_KINDS),
});

/** Tells who sends the present request; left out where nothing is done for one. */
export interface RequestNoting {
  requesters?: Pick<Requesters, 'current'>;
}

/** What the device of the present request says that it is. @returns `undefined` where there is no request */
export const notedDevice = (requesters: RequestNoting['requesters']): SeenDevice | undefined => {
  const requester = requesters?.current();
  return requester ? seenDevice(requester.userAgent) : undefined;
};

/** From which country the present request came, ISO 3166-1 alpha-2. @returns `undefined` where there is no request, or no edge that tells it */
export const notedCountry = (requesters: RequestNoting['requesters']): string | undefined =>
  requesters?.current()?.country ?? undefined;
