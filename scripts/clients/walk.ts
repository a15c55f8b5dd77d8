import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../shared/lambda/system-clock.ts';
import { removeData, startRunningService } from '../../test/support/running-service.ts';
import { startPhone } from './phone.ts';
import { CACHE } from './tools.ts';

const WALKS = fileURLToPath(new URL('../../test/clients/walks/', import.meta.url));

/** Where a client is generated and tried, and what it is given. */
export interface Walk {
  /** An empty folder of its own. */
  folder: string;
  /** The OpenAPI document, as the service publishes it. */
  document: string;
  baseUrl: string;
  /** BASE_URL and PHONE_URL. */
  env: Record<string, string>;
  /** Copies files of test/clients/walks. */
  copy(names: readonly string[], to?: string): void;
}

/** Starts a service of its own, so that the limits of one walk are not those of another, and walks through it. */
export const walkThrough = async (name: string, go: (walk: Walk) => Promise<unknown>): Promise<void> => {
  const folder = join(CACHE, 'walks', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const service = await startRunningService();
  const phone = await startPhone(service.inboxUrl, systemClock);
  try {
    const document = join(folder, 'openapi.json');
    writeFileSync(document, await (await fetch(`${service.apiUrl}/openapi.json`)).text());
    await go({
      folder,
      document,
      baseUrl: service.apiUrl,
      env: { BASE_URL: service.apiUrl, PHONE_URL: phone.url },
      copy: (names, to = folder) => {
        mkdirSync(to, { recursive: true });
        for (const one of names) cpSync(join(WALKS, one), join(to, one));
      },
    });
  } finally {
    phone.close();
    await service.stop();
    removeData(service);
  }
};
