import { existsSync } from 'node:fs';

/** Where Chromium is on this machine: `$CHROMIUM`, or where Debian puts it; `null` where there is none. */
export const findChromium = (): string | null =>
  [process.env.CHROMIUM, '/usr/bin/chromium'].find((path) => path && existsSync(path)) ?? null;

/** It does nothing by itself, and runs as root as well. */
export const CHROMIUM_ARGUMENTS: string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
