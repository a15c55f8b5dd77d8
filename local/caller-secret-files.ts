import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Settings } from '../shared/settings/settings.ts';
import { keysOf } from '../shared/settings/trusted-caller-settings.ts';
import { ensureSecretFile } from './secret-file.ts';

const SECRET_BYTES = 48;

/**
 * Makes sure that there is a secret for each key of a trusted caller, as the stack makes them in Secrets Manager: `trusted-caller-web-1`.
 *
 * @returns where each is, by key
 */
export const ensureCallerSecretFiles = (
  directory: string,
  { trustedCallers }: Pick<Settings, 'trustedCallers'>,
): (readonly [keyId: string, reference: string])[] =>
  trustedCallers.flatMap(keysOf).map(({ keyId, id, generation }) => {
    const file = join(directory, `trusted-caller-${id}-${generation}`);
    ensureSecretFile(file, () => randomBytes(SECRET_BYTES).toString('base64url'));
    return [keyId, pathToFileURL(file).href] as const;
  });
