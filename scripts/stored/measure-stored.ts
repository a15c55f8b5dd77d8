import { rowsOfAllTables } from '../../test/support/stored.ts';
import { accountWithSms } from '../../test/support/verification.ts';
import { startWorld, type World } from '../../test/support/world.ts';
import { itemBytes } from './item-bytes.ts';
import { type Named, STRANGERS_REQUESTS, type StrangersRequest } from './strangers-requests.ts';

const HOUR_SECONDS = 3600;

/** What a request leaves in the tables, when it and its message are done. */
export interface Left {
  items: number;
  /** Of the items that are new, and of what others have grown by. */
  bytes: number;
  /** Seconds until the last of it is over; `null` where there is something that stays. */
  longestSeconds: number | null;
}

/** A request of a stranger, by what it names. */
export interface Measured {
  name: string;
  known: Left;
  unknown: Left;
}

type Row = Record<string, unknown>;

const everyRow = async (world: World): Promise<Map<string, Row>> => {
  const rows = await rowsOfAllTables(world);
  return new Map(rows.map(({ table, ...row }) => [[table, row.pk, row.sk].join('/'), row]));
};

const leftBy = async (world: World, { send }: StrangersRequest, named: Named): Promise<Left> => {
  const before = await everyRow(world);
  await send(world, named);
  await world.deliver();
  const after = await everyRow(world);

  const touched = [...after].filter(([key, row]) => JSON.stringify(row) !== JSON.stringify(before.get(key)));
  const added = touched.filter(([key]) => !before.has(key));
  const bytes = touched.reduce((sum, [key, row]) => sum + itemBytes(row) - itemBytes(before.get(key) ?? {}), 0);
  const ends = added.map(([, { expiresAtEpochSeconds: end }]) =>
    typeof end === 'number' ? end : Number.POSITIVE_INFINITY,
  );
  const longest = Math.max(0, ...ends.map((end) => end - world.clock.nowSeconds()));
  return { items: added.length, bytes, longestSeconds: Number.isFinite(longest) ? longest : null };
};

/**
 * Sends each request that strangers can send, to a service with the settings as they are unless set: about an account with codes by SMS,
 * and about an address and a number that the service doesn't know.
 */
export const measureStored = async (): Promise<Measured[]> => {
  const world = await startWorld({ settings: { limits: {} } });
  const owner = await accountWithSms(world);
  const unknown = { email: owner.email.replace('owner', 'ghost'), phoneNumber: '+436645999999' };
  const measured: Measured[] = [];
  for (const request of STRANGERS_REQUESTS) {
    world.clock.advance(HOUR_SECONDS * 24); // the counters of the one before are over
    const known = await leftBy(world, request, owner);
    world.clock.advance(HOUR_SECONDS * 24);
    measured.push({ name: request.name, known, unknown: await leftBy(world, request, unknown) });
  }
  await world.close();
  return measured;
};
