import type { AwsService } from '../../../shared/aws/aws-endpoint.ts';
import { awsEnvironment } from '../../../shared/aws/aws-environment.ts';
import { openAwsJsonClient } from '../../../shared/aws/aws-json-client.ts';
import type { Clock, Randomness } from '../../../shared/primitives/clock.ts';
import { E164 } from '../../../shared/primitives/e164.ts';
import type { Language } from '../../../shared/primitives/language.ts';
import { RECIPIENT_NOT_CANONICAL } from '../refused-for-good.ts';
import { sdkSend } from '../sdk-send.ts';
import { notifyRefusal } from './notify-refusals.ts';
import { SmsNotSent } from './sms-not-sent.ts';
import type { SentCode, Sms } from './sms-sender.ts';

/** AWS End User Messaging SMS. @see End User Messaging SMS API Reference; the SDK's client names its hosts alike */
export const SMS_VOICE: AwsService = {
  name: 'sms-voice',
  endpointVariable: 'PINPOINT_SMS_VOICE_V2',
  targetPrefix: 'PinpointSMSVoiceV2',
  jsonVersion: '1.0',
  isFipsInGovCloud: false,
  hasIpv6Anyway: () => false,
};

/** As for SES and SNS (sdk-send.ts), but to the last byte of the answer. @see Amazon Builders' Library, "Timeouts, retries, and backoff with jitter" */
const REQUEST_TIMEOUT_MS = 7000;

/** The outbox retries; a retry here could send a message twice unnoticed. @see Amazon Builders' Library, "Making retries safe with idempotent APIs" */
const ATTEMPTS = 1;

/** @see End User Messaging SMS API, SendTextMessage, "TimeToLive" */
const LEAST_TIME_TO_LIVE_SECONDS = 5;

const SECONDS_PER_MINUTE = 60;

export interface ConnectNotifyOptions {
  /** Id of the Notify configuration, in the function's region. */
  configurationId: string;
  /** By language, ids of AWS's templates. */
  templates: Readonly<Record<string, string>>;
  /** The variable of the templates that takes the life of the code in minutes; `null` for none. */
  minutesVariable: string | null;
  /** Whose template people get whose own language has none. */
  defaultLanguage: Language;
  clock: Clock;
  randomness: Randomness;
  /** Milliseconds until the answer must have ended; 7 s unless set. */
  requestTimeoutMs?: number;
}

/** The operation's input. It never promises a longer life than the code's. */
const requestOf = (options: ConnectNotifyOptions, { to, code }: { to: string; code: SentCode }) => {
  const { configurationId, templates, defaultLanguage, minutesVariable } = options;
  const minutes = Math.max(1, Math.floor(code.validSeconds / SECONDS_PER_MINUTE));
  return {
    NotifyConfigurationId: configurationId,
    DestinationPhoneNumber: to,
    TemplateId: templates[code.language] ?? templates[defaultLanguage],
    TemplateVariables: { code: code.value, ...(minutesVariable !== null && { [minutesVariable]: String(minutes) }) },
    // A carrier would try for 72 hours; a code that comes late is no good.
    TimeToLive: Math.max(LEAST_TIME_TO_LIVE_SECONDS, code.validSeconds),
  };
};

/**
 * Makes the sender of codes through End User Messaging's Notify, whose texts are AWS's templates. Endpoint, region and credentials are
 * those of the environment. Its answer, which has the text with the code, is not looked at.
 *
 * @throws Error where a variable of AWS's is missing or wrong
 */
export const connectNotify = (options: ConnectNotifyOptions) => {
  const { clock, randomness, requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  const send = openAwsJsonClient({
    service: SMS_VOICE,
    environment: awsEnvironment(),
    clock,
    randomness,
    attempts: ATTEMPTS,
    attemptTimeoutMs: requestTimeoutMs,
  });
  const sending = sdkSend({
    requestTimeoutMs,
    notSent: (name) => new SmsNotSent(name),
  });

  return {
    /** Sends a code once. @throws SmsNotSent when it may not have been sent */
    sendCode: async ({ to, code }: Pick<Sms, 'to'> & { code: SentCode }): Promise<void> => {
      if (!E164.test(to)) throw new SmsNotSent(RECIPIENT_NOT_CANONICAL);
      const input = requestOf(options, { to, code });
      await sending.once(
        () => send('SendNotifyTextMessage', input, performance.now() + requestTimeoutMs),
        notifyRefusal,
      );
    },
  };
};
