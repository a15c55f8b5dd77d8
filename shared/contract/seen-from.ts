import * as z from 'zod/mini';
import { DEVICE_KINDS } from '../primitives/device-words.ts';
import { named } from './named.ts';

/** What an owner is told of a device. */
const deviceField = named(
  'Device',
  'A device as it describes itself, which proves nothing.',
  z.strictObject({
    kind: z.enum(DEVICE_KINDS),
    name: z.optional(z.string().check(z.describe('What the client called it at the sign-in, device_name.'))),
    program: z.optional(
      z.string().check(z.describe('The browser, such as Firefox; app for one that is no browser. Absent for others.')),
    ),
    system: z.optional(z.string().check(z.describe('The system, such as iOS. Absent for one that is not known.'))),
  }),
);

/** The country of an address, where it is told. */
const countryField = z.optional(
  z
    .string()
    .check(
      z.regex(/^[A-Z]{2}$/),
      z.describe(
        'The country that the address belongs to, ISO 3166-1 alpha-2, such as DE. Only behind an edge that tells it, and absent where it knows none.',
      ),
    ),
);

/** From where something came, as its owner is told: the parts of an entry that have this. */
export const seenFromShape = {
  device: z.optional(deviceField),
  network: z.optional(
    z
      .string()
      .check(
        z.describe(
          'The network that it came from, /24 of an IPv4 or /48 of an IPv6 address, such as 203.0.113.0/24. The address itself is not told.',
        ),
      ),
  ),
  country: countryField,
} as const;
