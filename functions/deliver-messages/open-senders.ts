import type { Runtime } from '../../shared/lambda/runtime.ts';
import { connectDeadLetters } from './connect-dead-letters.ts';
import { connectSes } from './mail/connect-ses.ts';
import { connectSns } from './sms/connect-sns.ts';

/**
 * Where messages go: out by mail and SMS, and where it is told of those that can't.
 *
 * @throws TypeError where the configuration names no place for dead letters
 */
export const openSenders = ({ config: { settings, configurationSet, deadLetters } }: Runtime) => ({
  mailer: connectSes({ ...settings, configurationSet }),
  smsSender: connectSns(settings.sms),
  deadLetters: connectDeadLetters(deadLetters ?? ''),
});
