import { existsSync } from 'node:fs';

/** Path of Chromium: `$CHROMIUM`, or Debian's; `null` if it isn't installed. */
export const findChromium = (): string | null =>
  [process.env.CHROMIUM, '/usr/bin/chromium'].find((path) => path && existsSync(path)) ?? null;

/** No background activity, and works as root. */
export const CHROMIUM_ARGUMENTS: string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
