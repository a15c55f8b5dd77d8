import type { Grant } from './grants.ts';

const LOG = 'Lambda writes the log; the emulator does it for the function, whatever its role may do.';
const SMS = "SNS does it, in the caller's name; the emulator's SNS does not.";

const BY_THE_PLATFORM: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': LOG,
  'logs:PutLogEvents': LOG,
  'sms-voice:SendTextMessage': SMS,
  'dynamodb:ListStreams': 'Lambda asks for it before it makes the mapping; the emulator does not.',
};

/** The queue of a flow that a topic or a schedule calls. @see infra/constructs/event-consumer.ts */
const OF_EVENTS = /EventsDeadLetters/;
const LETTERS =
  'Lambda sends what a call without a caller failed at; the emulator asks the role of the function for nothing.';

/** @returns why the absence of a grant can't show in this emulator; `null` where it can */
export const whyNotShown = ({ action, resource }: Grant): string | null =>
  action === 'sqs:SendMessage' && OF_EVENTS.test(resource) ? LETTERS : (BY_THE_PLATFORM[action] ?? null);
