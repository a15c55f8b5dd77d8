import { describe, expect, it } from '@jest/globals';
import * as manifest from '../../functions/manifest.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { environmentSettings, settingsFor } from '../../shared/settings/contract-settings.ts';
import { parseSettings } from '../../shared/settings/settings.ts';
import { PLAIN_SETTINGS } from '../support/lone-runtime.ts';

const contracts: Contract[] = Object.values(manifest);

const ALL = parseSettings(PLAIN_SETTINGS);

/** What the layer around a flow over HTTP reads. */
const OF_THE_LAYER = [
  'allowedOrigins',
  'allowedRequestHeaders',
  'deployment.edge.enabled',
  'deployment.edge.viewerCountry',
  'publicUrl',
];

const at = (settings: unknown, name: string): unknown =>
  name.split('.').reduce<unknown>((section, key) => (section as Record<string, unknown>)[key], settings);

/** The names of all that isn't a section itself. */
const leavesOf = (settings: unknown, above = ''): string[] =>
  typeof settings === 'object' && settings !== null && !Array.isArray(settings)
    ? Object.entries(settings).flatMap(([key, value]) => leavesOf(value, above ? `${above}.${key}` : key))
    : [above];

describe('the settings of a function', () => {
  it.each(contracts)('are, of $flow, those that its contract names, as they are, and no others', (contract) => {
    const names = [...(contract.settings ?? []), ...(contract.trigger === 'http' ? OF_THE_LAYER : [])];

    const given = settingsFor(contract, ALL);

    expect(names.map((name) => at(given, name))).toEqual(names.map((name) => at(ALL, name)));
    const others = leavesOf(given).filter((leaf) => !names.some((name) => `${leaf}.`.startsWith(`${name}.`)));
    expect(others).toEqual([]);
  });

  it.each(contracts)('are in the environment of $flow as far as they are not the defaults', (contract) => {
    const given = parseSettings({
      ...PLAIN_SETTINGS,
      passwords: { minimumLength: 15 },
      limits: { signIn: { perIdentifier: { max: 3, windowSeconds: 900 } } },
      sms: { countries: ['AT'], pricesUsd: { AT: 0.1 } },
      deployment: { edge: { enabled: true } },
    });

    const environment = environmentSettings(contract, given);

    expect(settingsFor(contract, JSON.parse(JSON.stringify(environment)))).toEqual(settingsFor(contract, given));
    const { productName, sender, publicUrl } = given;
    expect(environmentSettings(contract, ALL)).toEqual({ productName, sender, publicUrl });
  });

  it('are in the environment without what an older release does not know, unless an operator sets it', () => {
    const switchedOn = parseSettings({ ...PLAIN_SETTINGS, passwords: { breachApi: { enabled: true } } });

    expect(environmentSettings(manifest.resetPassword, ALL)).not.toHaveProperty('passwords');
    expect(environmentSettings(manifest.resetPassword, switchedOn)).toHaveProperty('passwords', {
      breachApi: { enabled: true },
    });
  });

  it.each(contracts)(
    'can be read by the release before, in the moment of an update in which $flow has its code and this environment',
    (contract) => {
      const names = [...(contract.settings ?? []), ...(contract.trigger === 'http' ? OF_THE_LAYER : [])];

      const read = parseSettings(environmentSettings(contract, ALL));

      expect(names.map((name) => at(read, name))).toEqual(names.map((name) => at(ALL, name)));
    },
  );

  it('are for sign-in without what is for sending: no sender, no numbers and no prices of SMS', () => {
    expect(Object.keys(settingsFor(manifest.signIn, ALL)).toSorted()).toEqual([
      'allowedOrigins',
      'allowedRequestHeaders',
      'audience',
      'captcha',
      'deployment',
      'events',
      'limits',
      'passwords',
      'publicUrl',
      'sessions',
      'signIn',
      'trustedCallers',
    ]);
  });

  it('are a whole section where a contract names it and a part of it', () => {
    const contract = { ...manifest.servePages, settings: ['passwords.minimumLength', 'passwords'] as const };

    expect(settingsFor(contract as Contract, ALL)).toMatchObject({ passwords: ALL.passwords });
  });

  it('have their defaults where the environment leaves them out', () => {
    expect(settingsFor(manifest.signUp, { publicUrl: PLAIN_SETTINGS.publicUrl })).toEqual(
      settingsFor(manifest.signUp, ALL),
    );
  });

  it.each([
    ['a wrong value', { publicUrl: 'http://bookshelf.example' }, /publicUrl .*https/],
    [
      'a wrong value within a section',
      { ...PLAIN_SETTINGS, limits: { signUp: { global: { max: 0 } } } },
      /signUp\.global\.max/,
    ],
    ['none where one is required', {}, /publicUrl is missing/],
  ])('are refused by name for %s', (_, given, message) => {
    expect(() => settingsFor(manifest.signUp, given)).toThrow(message);
  });

  it('are none of a name that there is no setting of', () => {
    const contract = { ...manifest.signUp, settings: ['limits.signOut'] } as Contract;

    expect(() => settingsFor(contract, ALL)).toThrow('there is no setting signOut');
  });
});
