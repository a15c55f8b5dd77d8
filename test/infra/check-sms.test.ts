import { describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { checkSms } from '../../infra/check-sms.ts';
import { parseSettings, type SettingsInput } from '../../shared/settings/settings.ts';

/** What is said of a stack with these settings, in a region, or in one that is unknown. */
const warningsOf = (sms: SettingsInput['sms'], region: string | null = null): string[] => {
  const stack = new Stack(new App(), 'It', region === null ? {} : { env: { region, account: '111122223333' } });
  checkSms(
    stack,
    parseSettings({
      productName: 'Bookshelf',
      sender: 'no-reply@bookshelf.example',
      publicUrl: 'https://auth.bookshelf.example',
      recovery: { byPhone: sms?.channel !== 'notify' },
      sms,
    }),
  );
  return Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => entry.data as string);
};

const ORIGINATORS = { AT: 'MYAPP', CA: '+12265550100', GB: 'MYAPP', IE: 'MYAPP', US: '+12065550100' };

describe('SMS that would be paid for and not arrive', () => {
  it('are warned of for each country that wants an originator and has none', () => {
    const [warning = '', ...others] = warningsOf({});

    expect(warning).toContain('AT, CA, GB, IE, US, where SMS have to come from a registered number or sender id');
    expect(others).toEqual([]);
  });

  it.each<[string, SettingsInput['sms'], string | null]>([
    ['every one of them has its own', { originators: ORIGINATORS }, null],
    ['none of them is served', { countries: ['CH', 'DE', 'FR'] }, null],
    ['no SMS are sent at all', { dailyBudgetUsd: 0 }, null],
    ['a sender id stands for the others, and numbers for theirs', { senderId: 'MYAPP', countries: ['AT', 'IE'] }, null],
    ['a sender id is no number', { senderId: 'MYAPP', countries: ['AT', 'US'] }, 'has US, where'],
    ['a number is no sender id', { originationNumber: '+12065550100', countries: ['AT'] }, 'has AT, where'],
    ['one is left', { originators: { ...ORIGINATORS, SG: 'MYAPP' }, countries: ['SG', 'QA'] }, 'has QA, where'],
  ])('are warned of where that is so: %s', (_, sms, expected) => {
    expect(warningsOf(sms)).toEqual(expected === null ? [] : [expect.stringContaining(expected)]);
  });

  it('are warned of where one number is to send to several countries', () => {
    const sms = { originationNumber: '+12065550100', countries: ['US', 'DE', 'FR'], originators: { FR: '38000' } };

    expect(warningsOf(sms)).toEqual([expect.stringMatching(/originationNumber is used for US, DE, and SNS loses/)]);
    expect(warningsOf({ ...sms, countries: ['US', 'FR'] })).toEqual([]);
  });

  it.each<[string, string | null]>([
    ['MY-APP', 'France takes no sender id with a hyphen'],
    ['MYAPP', null],
    ['38000', null],
  ])('are warned of where they come to France from %s, as far as France refuses that', (FR, expected) => {
    const [warning = null] = warningsOf({ countries: ['FR'], originators: { FR } });

    expect(warning).toEqual(expected === null ? null : expect.stringContaining(expected));
    expect(warningsOf({ countries: ['DE'], senderId: 'MY-APP' })).toEqual([]);
  });

  it('are none by Notify but to countries beyond its Basic tier', () => {
    const notify = { configurationId: 'notify-1', templates: { en: 'notify-code-verification-english-001' } };
    const byNotify = { channel: 'notify', notify } as const;

    expect(warningsOf({ ...byNotify, countries: ['IE', 'DE', 'US'] })).toEqual([]);
    expect(warningsOf({ ...byNotify, countries: ['AT', 'DE', 'QA'] })).toEqual([
      expect.stringContaining('has AT, QA, to which Notify sends in its Advanced tier only'),
    ]);
    expect(warningsOf({ ...byNotify, countries: ['AT'], dailyBudgetUsd: 0 })).toEqual([]);
  });

  it('are those by Notify that are no codes, where SNS would send them from what their country drops', () => {
    const notify = { configurationId: 'notify-1', templates: { en: 'notify-code-verification-english-001' } };
    const sms: SettingsInput['sms'] = { channel: 'notify', notify, countries: ['DE', 'US'] };

    expect(warningsOf({ ...sms, senderId: 'MYAPP' })).toEqual([
      expect.stringMatching(/has US, where .* those that are no codes, such as a recovery by phone, would be paid for/),
    ]);
    expect(warningsOf({ ...sms, originators: { DE: 'MYAPP' } })).toEqual([]);
  });

  it.each(['ap-east-1', 'cn-north-1'])(
    'are refused in %s, where none are sent, unless none are asked for',
    (region) => {
      expect(() => warningsOf({ countries: ['DE'] }, region)).toThrow(`must be 0 in ${region}, which sends no SMS`);
      expect(warningsOf({ dailyBudgetUsd: 0 }, region)).toEqual([]);
    },
  );

  it.each(['eu-central-1', 'us-east-1', 'xx-newer-9'])('are let be in %s', (region) => {
    expect(warningsOf({ countries: ['DE'] }, region)).toEqual([]);
  });
});
