import { setTimeout as sleep } from 'node:timers/promises';

const TIMEOUT_MS = 60_000;
const PAUSE_MS = 200;

/**
 * Waits for the API's keys, which Secrets Manager makes in the background after the deployment.
 *
 * @throws Error when it takes longer than a minute
 */
export const waitForKeyring = async (apiUrl: string): Promise<void> => {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const answer = await fetch(`${apiUrl}/.well-known/jwks.json`);
    if (answer.status === 200) return;
    if (Date.now() > deadline) throw new Error(`the API has no keys: ${answer.status} ${await answer.text()}`);
    await sleep(PAUSE_MS);
  }
};
