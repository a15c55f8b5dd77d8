import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { E164 } from '../../../shared/primitives/e164.ts';
import { type SmsOrigin, type SmsOrigins, smsOrigin } from '../../../shared/settings/sms-origin.ts';
import { RECIPIENT_NOT_CANONICAL } from '../refused-for-good.ts';
import { sdkSend } from '../sdk-send.ts';
import { SmsNotSent } from './sms-not-sent.ts';
import type { SmsSender } from './sms-sender.ts';

export interface ConnectSnsOptions extends SmsOrigins {
  /** Milliseconds until SNS must begin an answer; 5 s unless set. */
  requestTimeoutMs?: number;
}

const text = (value: string) => ({ DataType: 'String', StringValue: value });

/** @see https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html */
const attributesOf = ({ senderId, originationNumber }: SmsOrigin) =>
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
export const connectSns = (options: ConnectSnsOptions): Pick<SmsSender, 'send'> => {
  const sending = sdkSend({
    requestTimeoutMs: options.requestTimeoutMs,
    notSent: (name) => new SmsNotSent(name),
  });
  const client = new SNSClient(sending.clientOptions);

  return {
    send: async ({ to, country, text: Message }) => {
      if (!E164.test(to)) throw new SmsNotSent(RECIPIENT_NOT_CANONICAL);
      const MessageAttributes = attributesOf(smsOrigin(options, country));
      await sending.once((sendOptions) =>
        client.send(new PublishCommand({ PhoneNumber: to, Message, MessageAttributes }), sendOptions),
      );
    },
  };
};
