import type { Grant } from './grants.ts';

const LOG = 'Lambda writes the log; the emulator does it for the function, whatever its role may do.';
const SMS = "SNS does it, in the caller's name; the emulator's SNS does not.";

const BY_THE_PLATFORM: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': LOG,
  'logs:PutLogEvents': LOG,
  'sms-voice:SendTextMessage': SMS,
  'dynamodb:ListStreams': 'Lambda asks for it before it makes the mapping; the emulator does not.',
};

/** @returns why the absence of a grant can't show in this emulator; `null` where it can */
export const whyNotShown = ({ action }: Grant): string | null => BY_THE_PLATFORM[action] ?? null;
