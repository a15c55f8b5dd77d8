import { describe, expect, it } from '@jest/globals';
import { SECOND_FACTORS, type SecondFactor } from '../../shared/contract/factor-names.ts';
import {
  availableFactors,
  comparisonsOf,
  type FactorsOverview,
  factorsOfCode,
  isTwoFactorOn,
  lacksSecondProof,
  MAX_AUTHENTICATOR_APPS,
  methodsOf,
  overviewOf,
} from '../../shared/two-factor/second-factors.ts';

const NOTHING: FactorsOverview = { appIds: [], smsNumber: null, recoveryCodesLeft: 0 };
const APP: FactorsOverview = { ...NOTHING, appIds: ['a'] };
const SMS: FactorsOverview = { ...NOTHING, smsNumber: '+436641234567' };
const CODES: FactorsOverview = { ...NOTHING, recoveryCodesLeft: 10 };

describe('factors', () => {
  it('are read off what is stored', () => {
    const stored = { apps: { a: {}, b: {} }, sms: { phoneNumber: '+436641234567' }, recoveryCodes: { x: 1, y: 1 } };

    expect(overviewOf(stored)).toEqual({ appIds: ['a', 'b'], smsNumber: '+436641234567', recoveryCodesLeft: 2 });
    expect(overviewOf({ apps: {}, sms: null, recoveryCodes: {} })).toEqual(NOTHING);
  });

  it('allow five authenticator apps', () => {
    expect(MAX_AUTHENTICATOR_APPS).toBe(5);
  });

  it.each([
    ['nothing', NOTHING, false],
    ['an app', APP, true],
    ['SMS', SMS, true],
    ['recovery codes alone, which stand in for a factor and are none', CODES, false],
  ])('are on or off with %s', (_, overview, on) => {
    expect(isTwoFactorOn(overview)).toBe(on);
  });

  it.each<[string, FactorsOverview, readonly string[]]>([
    ['nothing', NOTHING, []],
    ['an app', APP, ['totp']],
    ['SMS', SMS, ['sms']],
    ['an app and codes', { ...APP, recoveryCodesLeft: 1 }, ['totp', 'recovery_code']],
    ['everything', { ...APP, ...SMS, appIds: ['a'], recoveryCodesLeft: 1 }, SECOND_FACTORS],
    ['codes alone', CODES, []],
  ])('that can be asked for with %s, in the order in which to offer them', (_, overview, factors) => {
    expect(availableFactors(overview)).toEqual(factors);
  });

  it.each<[string, readonly string[]]>([
    ['042042', ['totp', 'sms']],
    ['000000', ['totp', 'sms']],
    ['0123456789ABCDEF', ['recovery_code']],
    ['oil3456789abcdef', ['recovery_code']],
    ['42042', []],
    ['0420420', []],
    ['1e5', []],
    ['0123456789ABCDE', []],
    ['0123456789ABCDEFG', []],
    ['U123456789ABCDEF', []],
    ['', []],
  ])('that %j can be of by its looks', (code, factors) => {
    expect(factorsOfCode(code, SECOND_FACTORS)).toEqual(factors);
  });

  it.each<[readonly SecondFactor[], boolean, readonly SecondFactor[]]>([
    [['totp', 'sms'], false, ['totp']],
    [['totp', 'sms'], true, ['sms', 'totp']],
    [['totp'], true, ['totp']],
    [['sms'], false, ['sms']],
    [['recovery_code'], true, ['recovery_code']],
    [[], true, []],
  ])('%j by its looks, with an SMS out: %s, is compared with %j', (looks, isSmsOut, order) => {
    expect(comparisonsOf(looks, isSmsOut)).toEqual(order);
  });

  it('are never guessed that the account does not have', () => {
    expect(factorsOfCode('042042', ['sms', 'recovery_code'])).toEqual(['sms']);
    expect(factorsOfCode('042042', [])).toEqual([]);
    expect(factorsOfCode('0123456789ABCDEF', ['totp', 'sms'])).toEqual([]);
  });

  /** @see RFC 8176 §2 */
  it.each([
    ['totp' as const, ['pwd', 'otp', 'mfa']],
    ['sms' as const, ['pwd', 'sms', 'mfa']],
    ['recovery_code' as const, ['pwd', 'otp', 'mfa']],
  ])('are named in the words of RFC 8176: %s', (factor, methods) => {
    expect(methodsOf(factor)).toEqual(methods);
  });

  it.each([
    ['the password alone, while one is on', ['pwd'], APP, true],
    ['nothing, while one is on', [], SMS, true],
    ['a one-time password that no password went before', ['otp'], APP, true],
    ['two factors, while one is on', ['pwd', 'otp', 'mfa'], APP, false],
    ['the password alone, while none is on', ['pwd'], NOTHING, false],
    ['the password alone, with left-over recovery codes', ['pwd'], CODES, false],
  ])('are still to be proven by who has proven %s', (_, methods, overview, lacks) => {
    expect(lacksSecondProof({ methods }, overview)).toBe(lacks);
  });
});
