import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const MAIN = 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner';
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 200;

/** It takes no port 0 and says no other: one that was free a moment ago. */
const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const isUp = (endpoint: string): Promise<boolean> =>
  fetch(endpoint).then(
    () => true,
    () => false,
  );

/** Starts AWS's DynamoDB Local in memory. @param archives the folder that scripts/dynamodb-local/install.ts makes */
export const startDynamoDbLocal = async (archives: string): Promise<{ endpoint: string; close(): void }> => {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const args = [`-Djava.library.path=${archives}`, '-cp', `${archives}/*`, MAIN];
  const child = spawn('java', [...args, '-inMemory', '-disableTelemetry', '-port', String(port)], { stdio: 'ignore' });
  const untilMs = performance.now() + START_TIMEOUT_MS;
  while (!(await isUp(endpoint))) {
    if (child.exitCode !== null || performance.now() > untilMs) {
      child.kill();
      throw new Error('DynamoDB Local does not start');
    }
    await pause(POLL_MS);
  }
  return { endpoint, close: () => void child.kill() };
};
