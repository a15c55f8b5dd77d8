import { existsSync } from 'node:fs';

/** Where Chromium is on this machine: `$CHROMIUM`, or where Debian puts it; `null` where there is none. */
export const findChromium = (): string | null =>
  [process.env.CHROMIUM, '/usr/bin/chromium'].find((path) => path && existsSync(path)) ?? null;
