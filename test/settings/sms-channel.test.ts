import { describe, expect, it } from '@jest/globals';
import { parseSettings, type Settings, type SettingsInput } from '../../shared/settings/settings.ts';
import { countriesBySns } from '../../shared/settings/sms-origin.ts';

const REQUIRED = {
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.example',
  publicUrl: 'https://auth.bookshelf.example',
};

const NOTIFY = { configurationId: 'notify-1', templates: { en: 'notify-code-verification-english-001' } };

const parse = (settings: Partial<SettingsInput>) => parseSettings({ ...REQUIRED, ...settings });

const byNotify = (sms: SettingsInput['sms'] = {}, others: Partial<SettingsInput> = {}) =>
  parse({ recovery: { byPhone: false }, sms: { channel: 'notify', notify: NOTIFY, ...sms }, ...others });

describe('the channel of SMS', () => {
  it('is SNS unless set, and what Notify needs may be there before it is used', () => {
    expect(parse({}).sms).toMatchObject({
      channel: 'sns',
      notify: { configurationId: null, templates: {}, minutesVariable: null },
    });
    expect(parse({ sms: { notify: NOTIFY } }).sms).toMatchObject({ channel: 'sns', notify: NOTIFY });
  });

  it('can be Notify, with a configuration and a template for the default language', () => {
    expect(byNotify().sms).toMatchObject({ channel: 'notify', notify: { ...NOTIFY, minutesVariable: null } });
  });

  it.each<[string, SettingsInput['sms'], Partial<SettingsInput>, string]>([
    [
      'no configuration',
      { notify: {} },
      {},
      'keyturn.sms.notify.configurationId is null: must be the id of a Notify configuration where keyturn.sms.channel is notify',
    ],
    [
      'no template for the default language',
      {},
      { defaultLanguage: 'de' },
      'must have one for de, the defaultLanguage',
    ],
    [
      'an ARN',
      { notify: { ...NOTIFY, configurationId: 'arn:aws:sms-voice:eu-central-1:1:notify-configuration/notify-1' } },
      {},
      'not its ARN',
    ],
    [
      'a language that there is not',
      { notify: { ...NOTIFY, templates: { en: 'a', fr: 'b' } } },
      {},
      'must be of en, de',
    ],
    ['a template that is none', { notify: { ...NOTIFY, templates: { en: 'Your code' } } }, {}, 'the id of a template'],
    ['a variable that is none', { notify: { ...NOTIFY, minutesVariable: '{{time}}' } }, {}, "a template's variable"],
  ])('is refused as Notify with %s', (_, sms, others, message) => {
    expect(() => byNotify(sms, others)).toThrow(message);
  });

  it('is refused as Notify where a token of recovery would have to go by SMS to a country without an originator', () => {
    const sms = { countries: ['DE', 'FR'], originators: { DE: 'MYAPP' } };

    expect(() => byNotify(sms, { recovery: { byPhone: true } })).toThrow(
      /keyturn\.recovery\.byPhone is true: must be false .* FR of keyturn\.sms\.countries have no originator/,
    );
  });

  it.each<[string, SettingsInput['sms'], boolean]>([
    ['each country has an originator', { countries: ['DE', 'FR'], originators: { DE: 'MYAPP', FR: '38000' } }, true],
    ['a sender id is for all of them', { countries: ['DE', 'FR'], senderId: 'MYAPP' }, true],
    ['no SMS is sent at all', { dailyBudgetUsd: 0 }, true],
    ['nobody recovers by phone', {}, false],
  ])('may be Notify where %s', (_, sms, byPhone) => {
    expect(byNotify(sms, { recovery: { byPhone } }).sms.channel).toBe('notify');
  });
});

describe('the countries that SNS sends to', () => {
  it.each<[string, Settings, string[]]>([
    ['all of them, by SNS', parse({ sms: { countries: ['DE', 'US'] } }), ['DE', 'US']],
    ['none, by Notify without originators', byNotify({ countries: ['DE', 'US'] }), []],
    ['those with one, by Notify', byNotify({ countries: ['DE', 'US'], originators: { DE: 'MYAPP' } }), ['DE']],
    ['all of them, by Notify with a sender id', byNotify({ countries: ['DE', 'US'], senderId: 'MYAPP' }), ['DE', 'US']],
  ])('are %s', (_, { sms }, expected) => {
    expect(countriesBySns(sms)).toEqual(expected);
  });
});
