import type { Clock } from '../shared/primitives/clock.ts';
import { type LocalTables, localTables, TABLE_PREFIX } from './create-tables.ts';
import { readDatabaseAddress } from './database-address.ts';
import { openLaptopClock } from './laptop-clock.ts';
import { startOptions } from './start-options.ts';

/**
 * Joins the service that runs with the data directory of this environment, for a command of the same user: from here on the SDK's clients
 * of this process reach its database.
 *
 * @returns names of its tables, and its clock, which may be ahead of the machine's
 * @throws NoRunningService, ClockUnusable, Error for a wrong variable
 */
export const joinRunningService = (): { tables: LocalTables; clock: Clock } => {
  const { dataDirectory } = startOptions(process.env);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = readDatabaseAddress(dataDirectory);
  process.env.AWS_REGION ||= 'eu-west-1';
  process.env.AWS_ACCESS_KEY_ID ||= 'laptop';
  process.env.AWS_SECRET_ACCESS_KEY ||= 'laptop';
  return { tables: localTables(TABLE_PREFIX), clock: openLaptopClock(dataDirectory) };
};
