import { setTimeout as sleep } from 'node:timers/promises';

const TIMEOUT_MS = 60_000;
const PAUSE_MS = 200;

/**
 * Waits until the API has its keys: Secrets Manager makes them in the background, after the stack says that it is there.
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
