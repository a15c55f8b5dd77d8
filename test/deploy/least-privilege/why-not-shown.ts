import type { Grant } from './grants.ts';

const LOG = 'Lambda writes the log; the emulator does it for the function, whatever its role may do.';
const TRACES = 'Lambda sends the traces; the emulator has no X-Ray.';

const BY_THE_PLATFORM: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': LOG,
  'logs:PutLogEvents': LOG,
  'xray:PutTelemetryRecords': TRACES,
  'xray:PutTraceSegments': TRACES,
  'dynamodb:ListStreams': 'Lambda asks for it before it makes the mapping; the emulator does not.',
};

const RUNS_GIVEN_UP = "Lambda sends what it has given up there with the function's role; the emulator sends nothing.";

/** @returns why the absence of a grant can't show in this emulator; `null` where it can */
export const whyNotShown = ({ action, resource }: Grant): string | null => {
  if (action === 'sqs:SendMessage' && resource.includes('EventsDeadLetters')) return RUNS_GIVEN_UP;
  return BY_THE_PLATFORM[action] ?? null;
};
