import { Stack, Token, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from '../shared/settings/settings.ts';
import { SettingsRefused } from '../shared/settings/settings-refused.ts';
import { countriesBySns, smsOrigin } from '../shared/settings/sms-origin.ts';
import { wantsOriginator } from '../shared/settings/wanted-originators.ts';

/**
 * Where Notify sends in its Basic tier, as of 2026-11-30; `aws pinpoint-sms-voice-v2 list-notify-countries` tells of the day.
 *
 * @see AWS End User Messaging SMS user guide, "Notify supported countries"
 */
const NOTIFY_BASIC: ReadonlySet<string> = new Set(
  'AS AU BE BR CA CH CO DE DK ES FI FR GB GU HK IE IN IT JP KR MP MX NL NZ PR PT SE SG US VI'.split(' '),
);

/**
 * Regions that send no SMS, as of 2026-11-30. One that is not in it may be newer.
 *
 * @see endpoints of `sms-voice` in botocore 1.44.8, to which SNS hands its SMS
 */
const WITHOUT_SMS: readonly string[] = [
  'ap-east-1',
  'ap-southeast-5',
  'ap-southeast-7',
  'cn-north-1',
  'cn-northwest-1',
];

const warnOfLost = (scope: Construct, sms: Settings['sms']): void => {
  const lost = countriesBySns(sms).filter((country) => wantsOriginator(sms, country));
  const [which, orElse] =
    sms.channel === 'sns'
      ? ['they', 'send codes by Notify (keyturn.sms.channel)']
      : ['those that are no codes, such as a recovery by phone,', 'name the origin of other countries there alone'];
  if (lost.length > 0)
    Validations.of(scope).addWarning(
      'keyturn:sms-originators',
      `keyturn.sms.countries has ${lost.join(', ')}, where SMS have to come from a registered number or sender id, and keyturn.sms.originators names none: ${which} would be paid for and not arrive. Register one (docs/operating.md, step 5), ${orElse}, or leave the countries out.`,
    );
};

const warnOfTier = (scope: Construct, { countries }: Settings['sms']): void => {
  const beyond = countries.filter((country) => !NOTIFY_BASIC.has(country));
  if (beyond.length > 0)
    Validations.of(scope).addWarning(
      'keyturn:sms-notify-tier',
      `keyturn.sms.countries has ${beyond.join(', ')}, to which Notify sends in its Advanced tier only, and refuses codes before: leave them out until your Notify configuration has it (docs/operating.md, step 5).`,
    );
};

/** What carriers refuse of what the settings name. */
const warnOfOrigins = (scope: Construct, sms: Settings['sms']): void => {
  const others = sms.countries.filter((country) => sms.originators[country] === undefined);
  if (sms.originationNumber !== null && others.length > 1)
    Validations.of(scope).addWarning(
      'keyturn:sms-origination-number',
      `keyturn.sms.originationNumber is used for ${others.join(', ')}, and SNS loses SMS from a number of another country: name it in keyturn.sms.originators, for its own country.`,
    );
  // @see AWS End User Messaging SMS user guide, "Supported countries and regions for SMS messaging", note on France
  if (sms.countries.includes('FR') && smsOrigin(sms, 'FR').senderId?.includes('-'))
    Validations.of(scope).addWarning(
      'keyturn:sms-sender-id-france',
      `SMS to France come from ${smsOrigin(sms, 'FR').senderId}, and France takes no sender id with a hyphen: name another in keyturn.sms.originators.`,
    );
};

/**
 * Refuses a region that sends no SMS, and warns of countries whose SMS would be lost: SNS takes them, answers with an id, and nothing arrives.
 *
 * @throws SettingsRefused where the region is known, and has no SMS
 */
export const checkSms = (scope: Construct, { sms }: Pick<Settings, 'sms'>): void => {
  if (sms.dailyBudgetUsd === 0) return;
  const { region } = Stack.of(scope);
  if (!Token.isUnresolved(region) && WITHOUT_SMS.includes(region)) {
    const allowed = `must be 0 in ${region}, which sends no SMS; or choose another region`;
    throw new SettingsRefused([{ path: ['sms', 'dailyBudgetUsd'], value: sms.dailyBudgetUsd, allowed }]);
  }
  if (sms.channel === 'notify') warnOfTier(scope, sms);
  warnOfLost(scope, sms);
  warnOfOrigins(scope, sms);
};
