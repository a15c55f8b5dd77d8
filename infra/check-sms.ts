import { Stack, Token, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from '../shared/settings/settings.ts';
import { SettingsRefused } from '../shared/settings/settings-refused.ts';
import { wantsOriginator } from '../shared/settings/wanted-originators.ts';

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
  const lost = sms.countries.filter((country) => wantsOriginator(sms, country));
  if (lost.length > 0)
    Validations.of(scope).addWarning(
      'keyturn:sms-originators',
      `keyturn.sms.countries has ${lost.join(', ')}, where SMS have to come from a registered number or sender id, and keyturn.sms.originators names none: they would be paid for and not arrive. Register one (docs/operating.md, step 5), or leave the countries out.`,
    );
  const others = sms.countries.filter((country) => sms.originators[country] === undefined);
  if (sms.originationNumber !== null && others.length > 1)
    Validations.of(scope).addWarning(
      'keyturn:sms-origination-number',
      `keyturn.sms.originationNumber is used for ${others.join(', ')}, and SNS loses SMS from a number of another country: name it in keyturn.sms.originators, for its own country.`,
    );
};
