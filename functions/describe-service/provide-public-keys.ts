import type { Keyring } from '../../shared/keyring/keyring.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import type { KeyringHook } from '../../shared/keyring/refreshing-keyring.ts';
import { connectOnce } from '../../shared/lambda/connect-once.ts';
import type { Scope } from '../../shared/lambda/scope.ts';

/**
 * Longest wait in milliseconds of who asks for the keys, for a re-read of the keyring: a third of the time in which API Gateway's JWT
 * authorizers want the document, so that there is room for the network and a slow start.
 *
 * @see API Gateway quotas for HTTP APIs, "Timeout for JSON Web Key Set endpoint": 1,500 ms
 */
const LONGEST_WAIT_MS = 500;

/**
 * The public keys, of a keyring that is opened as the process starts. A request for another document waits neither for it nor for its
 * re-reads, so they are no port of the function and no hook around its calls (docs/adr/0069).
 *
 * @returns throws what `openKeyring` throws, and looks again at the next request
 */
export const providePublicKeys = ({ config, clock, randomness, log }: Scope) => {
  const opened = connectOnce(async () => {
    const hooks: KeyringHook[] = [];
    const add = (hook: KeyringHook): void => void hooks.push(hook);
    const keyring = await openKeyring({
      config,
      clock,
      randomness,
      log,
      hooks: { add },
      longestWaitMs: LONGEST_WAIT_MS,
    });
    return { keyring, hooks };
  });

  return async (): Promise<ReturnType<Keyring['publicKeys']>> => {
    const { keyring, hooks } = await opened();
    for (const hook of hooks) await hook.beforeInvoke();
    // Lambda freezes the process as it answers: a read that has begun ends first, and what it found is published.
    for (const hook of hooks) await hook.afterInvoke();
    return keyring.publicKeys();
  };
};
