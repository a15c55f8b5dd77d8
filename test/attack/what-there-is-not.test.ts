import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { everyRoute } from '../support/fixtures.ts';
import { signIn, signUp } from '../support/journeys.ts';
import { everyRow } from '../support/stored.ts';
import { requestTextPlaces } from '../support/text-places.ts';
import { startWorld, type World } from '../support/world.ts';

const YEAR_SECONDS = 365 * 24 * 3600;

/** Every source that functions are built of. */
const deployed = ['functions', 'shared'].flatMap((folder) =>
  readdirSync(new URL(`../../${folder}/`, import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(new URL(`../../${folder}/${name}`, import.meta.url), 'utf8') })),
);

const filesWith = (pattern: RegExp): string[] =>
  deployed.filter(({ text }) => pattern.test(text)).map(({ name }) => name);

describe('there is', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  /** @asvs 6.3.2 */
  it('no account, session or row in a new service, whose functions have all begun', async () => {
    expect(await everyRow(world)).toEqual([]);
  });

  /** @asvs 6.4.2 */
  it('no field for a hint or a secret question', () => {
    const names = everyRoute().flatMap((one) => requestTextPlaces(one).map((path) => path.join('.')));

    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => /hint|question|secret|reminder/.test(name))).toEqual(['token_type_hint']); // RFC 7009 §2.1
  });

  /** @asvs 6.2.10 */
  it('no age at which a password has to be changed', async () => {
    await signUp(world, 'patient@example.com');
    world.clock.advance(10 * YEAR_SECONDS);

    expect((await signIn(world, 'patient@example.com')).status).toBe(200);
  });

  /** @asvs 12.3.2 */
  it('no source that leaves a certificate unchecked', () => {
    expect(deployed.length).toBeGreaterThan(150);
    expect(filesWith(/rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity/)).toEqual([]);
  });

  /** @asvs 16.2.3 */
  it('no way out for a line but the log of the runtime', () => {
    expect(filesWith(/\bconsole\.|\bprocess\.std(?:out|err)\b/)).toEqual(['lambda/runtime.ts']);
  });

  /** @asvs 1.2.9 */
  it('no source that makes a pattern out of a value', () => {
    expect(filesWith(/\bnew RegExp\(|\bRegExp\(/)).toEqual([]);
  });
});
