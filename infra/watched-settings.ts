import type { Settings } from '../shared/settings/settings.ts';
import type { Watched } from './metrics.ts';

/** What alarms and dashboard take from the settings. */
export const watchedSettings = ({
  sms,
  captcha,
  deployment: { sms: smsAccount, canary, keyRotationDays, alarms },
}: Settings): Pick<Watched, 'canary' | 'sms' | 'smsAccount' | 'keyRotationDays' | 'quietHours'> => {
  const getsMail = !(captcha.enabled && captcha.when === 'always');
  return {
    canary: canary.enabled ? { everyMinutes: canary.everyMinutes, getsMail } : null,
    sms,
    smsAccount,
    keyRotationDays,
    quietHours: alarms.quietHours,
  };
};
