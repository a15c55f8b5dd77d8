import type { SNSEvent } from 'aws-lambda';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import type { LaptopFate } from './mail-fate.ts';

/** The topic of the laptop's SES. */
export const LAPTOP_TOPIC = 'arn:aws:sns:eu-west-1:000000000000:laptop-mail-events';

/** A mail that SES took. */
interface TakenMail {
  messageId: string;
  from: string;
  to: string;
  configurationSet: string;
  /** By name. */
  tags: Readonly<Record<string, string>>;
}

const REPORTING_MTA = 'dns; a8-70.smtp-out.amazonses.com';

/** The part of each event that is about what became of the mail. @see SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS" */
const detailsOf = (
  fate: Exclude<LaptopFate, 'complaint'> | 'complained',
  to: string,
  timestamp: string,
  id: string,
) => {
  const bounce = (bounceSubType: string, diagnosticCode: string) => ({
    eventType: 'Bounce',
    bounce: {
      bounceType: 'Permanent',
      bounceSubType,
      bouncedRecipients: [{ emailAddress: to, action: 'failed', status: '5.1.1', diagnosticCode }],
      timestamp,
      feedbackId: id,
      reportingMTA: REPORTING_MTA,
    },
  });
  switch (fate) {
    case 'bounce':
      return bounce('General', 'smtp; 550 5.1.1 user unknown');
    case 'suppressed':
      return bounce(
        'OnAccountSuppressionList',
        'Amazon SES did not send the message to this address because it is on the suppression list for your account.',
      );
    case 'suppressed-by-ses':
      return bounce(
        'Suppressed',
        'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.',
      );
    case 'complained':
      return {
        eventType: 'Complaint',
        complaint: {
          complainedRecipients: [{ emailAddress: to }],
          timestamp,
          feedbackId: id,
          complaintSubType: null,
          complaintFeedbackType: 'abuse',
          arrivalDate: timestamp,
        },
      };
    case 'reject':
      return { eventType: 'Reject', reject: { reason: 'Bad content' } };
    case 'delay':
      return {
        eventType: 'DeliveryDelay',
        deliveryDelay: {
          timestamp,
          delayType: 'TransientCommunicationFailure',
          expirationTime: timestamp,
          delayedRecipients: [
            { emailAddress: to, status: '4.4.1', diagnosticCode: 'smtp; 421 4.4.1 Unable to connect' },
          ],
        },
      };
    case 'delivery':
      return {
        eventType: 'Delivery',
        delivery: {
          timestamp,
          processingTimeMillis: 3,
          recipients: [to],
          smtpResponse: '250 2.6.0 Message received',
          reportingMTA: 'a8-70.smtp-out.amazonses.com',
        },
      };
  }
};

/** What SES tells of a mail, in the order of happening. */
const TOLD: Readonly<Record<LaptopFate, readonly Parameters<typeof detailsOf>[0][]>> = {
  delivery: ['delivery'],
  bounce: ['bounce'],
  suppressed: ['suppressed'],
  'suppressed-by-ses': ['suppressed-by-ses'],
  complaint: ['delivery', 'complained'],
  delay: ['delay', 'delivery'],
  reject: ['reject'],
};

/**
 * Writes what SNS hands to a function about a mail, one event for each thing that SES tells of it.
 *
 * @param clock the service's
 */
export const mailEvents = (
  fate: LaptopFate,
  { messageId, from, to, configurationSet, tags }: TakenMail,
  { clock, randomness }: { clock: Pick<Clock, 'nowMs'>; randomness: Pick<Randomness, 'uuid'> },
): SNSEvent[] => {
  const timestamp = new Date(clock.nowMs()).toISOString();
  const allTags = { ...tags, 'ses:configuration-set': configurationSet };
  const mail = {
    timestamp,
    source: from,
    sendingAccountId: '000000000000',
    messageId,
    destination: [to],
    headersTruncated: false,
    headers: [],
    tags: Object.fromEntries(Object.entries(allTags).map(([name, value]) => [name, [value]])),
  };
  return TOLD[fate].map((told) => ({
    Records: [
      {
        EventVersion: '1.0',
        EventSubscriptionArn: `${LAPTOP_TOPIC}:subscription`,
        EventSource: 'aws:sns',
        Sns: {
          Type: 'Notification',
          MessageId: randomness.uuid(),
          TopicArn: LAPTOP_TOPIC,
          Subject: 'Amazon SES Email Event Notification',
          Message: JSON.stringify({ mail, ...detailsOf(told, to, timestamp, randomness.uuid()) }),
          Timestamp: timestamp,
          SignatureVersion: '1',
          Signature: '',
          SigningCertUrl: '',
          UnsubscribeUrl: '',
          MessageAttributes: {},
        },
      },
    ],
  }));
};
