import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { DEFAULTS } from '../support/default-settings.ts';

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 24 * 3600 };

/** The limits of the table in docs/security.md, by their setting. */
const toldLimits = (): Record<string, { max: number; windowSeconds: number }> => {
  const page = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');
  const rows = page.matchAll(/^\| `(limits\.[\w.]+)` \| ([\d,]+) in (\d+) (s|min|h|d) \|/gm);
  return Object.fromEntries(
    [...rows].map(([, setting = '', max = '', count = '', unit = '']) => [
      setting,
      { max: Number(max.replaceAll(',', '')), windowSeconds: Number(count) * (UNIT_SECONDS[unit] ?? Number.NaN) },
    ]),
  );
};

describe('the table of limits in docs/security.md', () => {
  /** @asvs 6.1.1 */
  it('has every limit of the settings, with what it is unless set', () => {
    const settings = Object.entries(DEFAULTS.limits).flatMap(([name, limits]) =>
      'max' in limits
        ? [[`limits.${name}`, limits]]
        : Object.entries(limits).map(([dimension, limit]) => [`limits.${name}.${dimension}`, limit]),
    );

    expect(toldLimits()).toEqual(Object.fromEntries(settings));
  });
});
