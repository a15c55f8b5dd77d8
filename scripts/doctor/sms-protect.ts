import type { Check, Examination } from './check.ts';
import { fail, ok, warn } from './finding.ts';
import { noSms } from './sms-account.ts';
import { DESCRIBE_ACCOUNT_ATTRIBUTES, DESCRIBE_PROTECT_CONFIGURATIONS, GET_PROTECT_RULES } from './sms-operations.ts';

/** The configuration that stands for the account, by its id. It also governs what comes through SNS. @returns `null` where there is none */
const accountDefault = async ({ ask }: Examination): Promise<string | null> => {
  const { AccountAttributes } = await ask(DESCRIBE_ACCOUNT_ATTRIBUTES);
  const named = AccountAttributes.find(({ Name }) => Name === 'DEFAULT_PROTECT_CONFIGURATION_ID')?.Value;
  if (named) return named;
  let NextToken: string | undefined;
  do {
    const page = await ask(DESCRIBE_PROTECT_CONFIGURATIONS, NextToken === undefined ? {} : { NextToken });
    const found = page.ProtectConfigurations?.find(({ AccountDefault }) => AccountDefault);
    if (found) return found.ProtectConfigurationId;
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return null;
};

/** Rules by country that somebody has made for the account: SNS says nothing of SMS that they stop. @see AWS End User Messaging SMS user guide, "Protect configurations" */
export const smsProtect: Check = {
  id: 'sms-protect',
  title: 'Protect configuration of SMS',
  asks: [DESCRIBE_ACCOUNT_ATTRIBUTES, DESCRIBE_PROTECT_CONFIGURATIONS, GET_PROTECT_RULES],
  run: async (on) => {
    const none = await noSms(on);
    if (none) return none;
    const id = await accountDefault(on);
    if (id === null) return ok('No Protect configuration stands for the account.');
    const { CountryRuleSet } = await on.ask(GET_PROTECT_RULES, { ProtectConfigurationId: id, NumberCapability: 'SMS' });
    const settings = await on.settings();
    const served = settings?.sms.countries ?? Object.keys(CountryRuleSet);
    const ruled = (status: string) => served.filter((country) => CountryRuleSet[country]?.ProtectStatus === status);
    const blocked = ruled('BLOCK');
    const filtered = ruled('FILTER');
    const whatToDo = `aws pinpoint-sms-voice-v2 get-protect-configuration-country-rule-set --protect-configuration-id ${id} --number-capability SMS shows all rules.`;
    if (blocked.length > 0) {
      const sentence = `The Protect configuration ${id} stands for the account, and blocks SMS to ${blocked.join(', ')}.`;
      return settings
        ? fail(sentence, `Allow them, or leave them out of sms.countries. ${whatToDo}`)
        : warn(sentence, `Allow those that you serve. ${whatToDo}`);
    }
    return filtered.length > 0
      ? warn(
          `The Protect configuration ${id} stands for the account, and may stop SMS to ${filtered.join(', ')} that it takes for fraud.`,
          whatToDo,
        )
      : ok(`The Protect configuration ${id} stands for the account, and blocks no country that SMS go to.`);
  },
};
