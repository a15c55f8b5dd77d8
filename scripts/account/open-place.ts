import { userInfo } from 'node:os';
import { joinRunningService } from '../../local/running-service.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { makeDynamo } from '../../shared/aws/make-dynamo.ts';
import { openSdkDynamoClient } from '../../shared/aws/sdk-dynamo-client.ts';
import { systemClock } from '../../shared/lambda/system-clock.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { askAws } from '../command/operator-act.ts';
import type { OperatedTables, Place } from './commands.ts';

/** What the command works with. */
export interface OpenPlace {
  dynamo: Dynamo;
  clock: Clock;
  /** Who acts: an ARN, or on a laptop `laptop:<name>`. @throws CallerUnknown */
  caller(): Promise<string>;
}

const openTables = (tables: OperatedTables, clock: Clock): Dynamo =>
  makeDynamo({
    client: openSdkDynamoClient({ clock }), // with the credentials of an operator
    config: { tables },
    randomness: csprng,
  });

/** A laptop has no identities of AWS. */
const openLaptop = ({ as }: Extract<Place, { kind: 'laptop' }>): OpenPlace => {
  const { tables, clock } = joinRunningService();
  const name = as ?? userInfo().username;
  return { dynamo: openTables(tables, clock), clock, caller: async () => `laptop:${name}` };
};

/** Opens the place that was named. @throws Error that says why it can't be */
export const openPlace = (place: Place): OpenPlace =>
  place.kind === 'laptop'
    ? openLaptop(place)
    : { dynamo: openTables(place.tables, systemClock), clock: systemClock, caller: askAws };
