import { describe, expect, it } from '@jest/globals';
import { getCountries } from 'libphonenumber-js/mobile';
import { parseSettings, type Settings } from '../../shared/settings/settings.ts';
import { SMS_COUNTRIES } from '../../shared/settings/sms-countries.ts';
import { DEFAULTS } from '../support/default-settings.ts';

const REQUIRED = {
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.example',
  publicUrl: 'https://auth.bookshelf.example',
};

const DAY = 86_400;

type SmsSettings = Settings['sms'];

/** The SMS settings with one key, in dotted form, set to a value. */
const parse = (path: string, value: unknown): SmsSettings =>
  parseSettings({
    ...REQUIRED,
    sms: path
      .split('.')
      .toReversed()
      .reduce<unknown>((inner, key) => ({ [key]: inner }), value),
  }).sms;

const valueAt = (settings: SmsSettings, path: string): unknown =>
  path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], settings);

const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
};

/** Key, smallest and largest value, default, and the step to just outside. */
const NUMBERS: [string, number, number, number, number][] = [
  ['dailyBudgetUsd', 0, 100_000, 20, 0.01],
  ['fallbackPriceUsd', 0.0001, 10, 0.35, 0.0001],
  ['breaker.windowSeconds', 600, DAY, 3600, 1],
  ['breaker.minimumSent', 10, 1_000_000, 50, 1],
  ['breaker.minimumVerifiedRatio', 0, 0.9, 0.2, 0.01],
];

describe('settings of SMS', () => {
  it('have a default for everything, with a price for every country', () => {
    const { sms } = DEFAULTS;

    expect(sms).toMatchObject({
      countries: 'AS AT CA CH DE FR GB GG GU IE IM JE MP PR US VI'.split(' '),
      originators: {},
      senderId: null,
      originationNumber: null,
      appHash: null,
    });
    for (const [path, , , otherwise] of NUMBERS) expect([path, valueAt(sms, path)]).toEqual([path, otherwise]);
    expect(Object.keys(sms.pricesUsd).toSorted()).toEqual(sms.countries);
    for (const price of Object.values(sms.pricesUsd)) expect(price).toBeLessThan(sms.fallbackPriceUsd);
  });

  it('keep half of the money for owners and a quarter for accounts', () => {
    expect(DEFAULTS.sms.reserved).toEqual({ owners: 0.5, accounts: 0.25 });
  });

  it.each([
    { owners: 0, accounts: 0 },
    { owners: 1, accounts: 0 },
    { owners: 0.6, accounts: 0.4 },
  ])('take the reserves %j', (reserved) => {
    expect(valueAt(parse('reserved', reserved), 'reserved')).toEqual(reserved);
  });

  it.each([
    ['reserved', { owners: 0.8, accounts: 0.3 }, 'reserved', '1 together, or less'],
    ['reserved.owners', 1.1, 'reserved.owners', 'at most 1'],
    ['reserved.accounts', -0.1, 'reserved.accounts', 'at least 0'],
  ])('stop at %s %j, naming key and bound', (path, value, key, bound) => {
    expect(messageOf(() => parse(path, value))).toMatch(
      new RegExp(`keyturn\\.sms\\.${key.replace('.', '\\.')} .*${bound}`),
    );
  });

  it.each(NUMBERS)('take for %s from %d to %d', (path, min, max) => {
    expect(valueAt(parse(path, min), path)).toBe(min);
    expect(valueAt(parse(path, max), path)).toBe(max);
  });

  it.each(NUMBERS)('stop at %s below %d or above %d, naming key, value and bound', (path, min, max, _, step) => {
    const below = messageOf(() => parse(path, min - step));
    const above = messageOf(() => parse(path, max + step));

    expect(below).toContain(`keyturn.sms.${path} is ${min - step}: must be at least ${min}`);
    expect(above).toContain(`keyturn.sms.${path} is ${max + step}: must be at most ${max}`);
  });

  it.each(NUMBERS)('stop at %s that is no number', (path, min) => {
    for (const wrong of [String(min), null, true, [min], Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(messageOf(() => parse(path, wrong))).toContain(`keyturn.sms.${path} is ${JSON.stringify(wrong)}`);
    }
  });

  it.each([
    ['countries', []],
    ['countries', ['NZ']],
    ['countries', ['XK', 'GG', 'PR']],
    ['countries', ['VA', 'IT', 'SJ', 'NO']],
    ['senderId', 'B'],
    ['senderId', 'Bookshelf24'],
    ['senderId', 'MY-SHOP'],
    ['senderId', '24-7-Books'],
    ['originationNumber', '+12065550100'],
    ['originators', { US: '+12065550100', AT: 'MYAPP', GB: '60777', FR: '38000', DE: 'MY-APP' }],
    ['appHash', 'FA+9qCX9VSu'],
  ])('take %s %j', (path, value) => {
    expect(valueAt(parse(path, value), path)).toEqual(value);
  });

  it.each<[string, unknown, string]>([
    ['countries', ['at'], 'ISO 3166-1 alpha-2'],
    ['countries', ['AUT'], 'ISO 3166-1 alpha-2'],
    ['countries', ['UK'], 'GB'],
    ['countries', ['EN'], 'ISO 3166-1 alpha-2'],
    ['countries', ['EU'], 'ISO 3166-1 alpha-2'],
    ['countries', ['ZZ'], 'ISO 3166-1 alpha-2'],
    ['countries', ['AQ'], 'ISO 3166-1 alpha-2'], // Antarctica has no numbers of its own
    ['countries', ['VA'], 'VA also IT'], // every number of the Vatican's phones is read as an Italian one
    ['countries', ['NO', 'SJ', 'AX'], 'AX also FI'],
    ['countries', [''], 'ISO 3166-1 alpha-2'],
    ['countries', 'AT', 'array'],
    ['senderId', '', '1 to 11'],
    ['senderId', 'Bookshelves24', '1 to 11'],
    ['senderId', 'Book shelf', '1 to 11'],
    ['senderId', 'Bücher', '1 to 11'],
    ['senderId', '12345', 'one a letter'],
    ['senderId', '24-7', 'one a letter'],
    ['senderId', '-SHOP', 'without - at the beginning'],
    ['senderId', 'SHOP-', 'without - at the beginning'],
    ['senderId', 'MY_SHOP', '1 to 11'],
    ['senderId', 'MY-BOOKSHELF', '1 to 11'],
    ['originationNumber', '0043660', 'E.164'],
    ['originationNumber', '+43 660 1234567', 'E.164'],
    ['originationNumber', '+1', 'E.164'],
    ['originators', { AT: '' }, 'a number such as'],
    ['originators', { AT: 'MY APP' }, 'a number such as'],
    ['originators', { AT: '+43 660 1234567' }, 'a number such as'],
    ['originators', { AT: '1234' }, 'a number such as'],
    ['originators', { AT: 'pool-0a1b2c3d4e5f' }, 'a number such as'],
    ['originators', { UK: 'MYAPP' }, 'GB'],
    ['originators', { constructor: 'MYAPP' }, 'ISO 3166-1 alpha-2'],
    ['pricesUsd', { AT: 0 }, 'at least 0.0001'],
    ['pricesUsd', { AT: 10.5 }, 'at most 10'],
    ['pricesUsd', { at: 0.1 }, 'ISO 3166-1 alpha-2'],
    ['pricesUsd', { UK: 0.1 }, 'ISO 3166-1 alpha-2'],
    ['pricesUsd', { EN: 0.1 }, 'ISO 3166-1 alpha-2'],
    ['appHash', 'FA+9qCX9VS', '11 characters'],
    ['appHash', 'FA+9qCX9VSuu', '11 characters'],
    ['appHash', 'FA 9qCX9VSu', '11 characters'],
    ['colour', 'blue', 'no key colour'],
    ['breaker.colour', 'blue', 'no key colour'],
  ])('stop at %s %j', (path, value, allowed) => {
    const message = messageOf(() => parse(path, value));

    expect(message).toContain('keyturn.sms');
    expect(message).toContain(allowed);
  });

  it('know every country that the library of numbers knows, and no other', () => {
    expect([...SMS_COUNTRIES].toSorted()).toEqual(getCountries().toSorted());
  });

  it('keep the other prices when one is set', () => {
    const { pricesUsd } = parse('pricesUsd', { AT: 0.2, NZ: 0.15 });

    expect(pricesUsd).toEqual({ ...DEFAULTS.sms.pricesUsd, AT: 0.2, NZ: 0.15 });
  });

  it('read what they have written: they travel to the functions as JSON', () => {
    const sms = parse('pricesUsd', { AT: 0.2 });

    expect(parseSettings({ ...REQUIRED, sms: JSON.parse(JSON.stringify(sms)) }).sms).toEqual(sms);
  });
});
