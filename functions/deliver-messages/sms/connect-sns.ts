import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import type { Scope } from '../../../shared/lambda/scope.ts';
import { E164, ORIGINATION_NUMBER } from '../../../shared/primitives/e164.ts';
import { RECIPIENT_NOT_CANONICAL } from '../refused-for-good.ts';
import { sdkSend } from '../sdk-send.ts';
import { SmsNotSent } from './sms-not-sent.ts';
import type { SmsSender } from './sms-sender.ts';

export interface ConnectSnsOptions {
  /** By country, what its messages come from: a number, a short code or a sender id. */
  originators: Readonly<Record<string, string>>;
  /** Sender name for other countries; `null` for the account's own. */
  senderId: string | null;
  /** E.164 number for other countries; `null` lets SNS choose one. */
  originationNumber: string | null;
  /** Milliseconds until SNS must begin an answer; 5 s unless set. */
  requestTimeoutMs?: number;
}

const text = (value: string) => ({ DataType: 'String', StringValue: value });

type Origin = Pick<ConnectSnsOptions, 'senderId' | 'originationNumber'>;

/** SNS refuses or loses what comes from a number of another country, so an originator stands alone. */
const originOf = ({ originators, senderId, originationNumber }: ConnectSnsOptions, country: string): Origin => {
  const own = originators[country];
  if (own === undefined) return { senderId, originationNumber };
  return ORIGINATION_NUMBER.test(own)
    ? { senderId: null, originationNumber: own }
    : { senderId: own, originationNumber: null };
};

/** @see https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html */
const attributesOf = ({ senderId, originationNumber }: Origin) =>
  ({
    // Transactional delivery is faster and more reliable than the cheaper Promotional.
    'AWS.SNS.SMS.SMSType': text('Transactional'),
    ...(senderId !== null && { 'AWS.SNS.SMS.SenderID': text(senderId) }),
    ...(originationNumber !== null && { 'AWS.MM.SMS.OriginationNumber': text(originationNumber) }),
  }) satisfies PublishCommandInput['MessageAttributes'];

/**
 * Makes the sender of SMS through SNS. Endpoint, region and credentials are those of the SDK's environment. The
 * intent's id is not sent: Publish to a phone has no field for it.
 */
export const connectSns = (options: ConnectSnsOptions): SmsSender => {
  const sending = sdkSend({
    requestTimeoutMs: options.requestTimeoutMs,
    notSent: (name) => new SmsNotSent(name),
  });
  const client = new SNSClient(sending.clientOptions);

  return {
    send: async ({ to, country, text: Message }) => {
      if (!E164.test(to)) throw new SmsNotSent(RECIPIENT_NOT_CANONICAL);
      const MessageAttributes = attributesOf(originOf(options, country));
      await sending.once((sendOptions) =>
        client.send(new PublishCommand({ PhoneNumber: to, Message, MessageAttributes }), sendOptions),
      );
    },
  };
};

export const provideSmsSender = ({
  settings,
}: Scope<'sms.originationNumber' | 'sms.originators' | 'sms.senderId'>): SmsSender => connectSns(settings.sms);
