import type { Scope } from '../../../shared/lambda/scope.ts';
import { hasSmsOrigin } from '../../../shared/settings/sms-origin.ts';
import { connectNotify } from './connect-notify.ts';
import { connectSns } from './connect-sns.ts';
import type { SmsSender } from './sms-sender.ts';

/**
 * Makes the sender of SMS by the operator's channel (docs/adr/0076). Notify has templates for codes alone: what is none goes by SNS, where
 * the settings name something that it comes from. Without that, SNS would take it and carriers would drop it.
 *
 * @throws Error where the channel is notify and its configuration is missing, or a variable of AWS's
 */
export const provideSmsSender = (scope: Scope<'defaultLanguage' | 'sms'>): SmsSender => {
  const { sms, defaultLanguage } = scope.settings;
  const sns = connectSns(sms);
  if (sms.channel === 'sns') return { refusalOf: () => null, send: sns.send };
  const { configurationId, ...templates } = sms.notify;
  if (configurationId === null) throw new Error('the setting sms.notify.configurationId is missing');

  const notify = connectNotify({ ...scope, ...templates, configurationId, defaultLanguage });
  return {
    refusalOf: ({ country, code }) => (code !== null || hasSmsOrigin(sms, country) ? null : 'originator'),
    send: ({ code, ...message }) =>
      code === null ? sns.send({ code, ...message }) : notify.sendCode({ to: message.to, code }),
  };
};
