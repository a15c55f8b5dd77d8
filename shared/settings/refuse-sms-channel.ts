import type { FunctionSettings } from './function-settings.ts';
import { type RefusedSetting, SettingsRefused } from './settings-refused.ts';
import { hasSmsOrigin } from './sms-origin.ts';

const refusalOf = ({ sms, recovery, defaultLanguage }: FunctionSettings): RefusedSetting | null => {
  if (sms.channel !== 'notify') return null;
  const { configurationId, templates } = sms.notify;
  if (configurationId === null) {
    const allowed = 'must be the id of a Notify configuration where keyturn.sms.channel is notify';
    return { path: ['sms', 'notify', 'configurationId'], value: null, allowed };
  }
  if (templates[defaultLanguage] === undefined) {
    const allowed = `must have one for ${defaultLanguage}, the defaultLanguage: people whose own language has none get it`;
    return { path: ['sms', 'notify', 'templates'], value: templates, allowed };
  }
  const without = sms.countries.filter((country) => !hasSmsOrigin(sms, country));
  if (recovery.byPhone && sms.dailyBudgetUsd > 0 && without.length > 0) {
    const allowed = `must be false where keyturn.sms.channel is notify, which sends codes alone and no recovery token, and ${without.join(', ')} of keyturn.sms.countries have no originator for SNS (keyturn.sms.originators)`;
    return { path: ['recovery', 'byPhone'], value: true, allowed };
  }
  return null;
};

/**
 * Refuses a channel of SMS that lacks what it needs, or that could not send what other settings promise.
 *
 * @throws SettingsRefused
 */
export const refuseSmsChannel = (settings: FunctionSettings): void => {
  const refused = refusalOf(settings);
  if (refused) throw new SettingsRefused([refused]);
};
