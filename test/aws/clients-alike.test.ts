import { afterAll, beforeAll } from '@jest/globals';
import { csprng } from '../../shared/primitives/randomness.ts';
import { CLIENTS } from '../support/dynamo-clients.ts';
import { describePort, type Ports } from '../support/port-cases.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let ports: Ports;

beforeAll(async () => {
  world = await startWorld();
  const parts = { config: { tables: world.tables }, clock: world.clock, randomness: csprng };
  ports = Object.fromEntries(CLIENTS.map(({ client, connect }) => [client, connect(parts)])) as unknown as Ports;
});
afterAll(() => world.close());

for (const { client } of CLIENTS) describePort(client, () => ports, { numRuns: 100 });
