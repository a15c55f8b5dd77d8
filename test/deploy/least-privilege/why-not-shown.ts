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

/** @returns why the lack of a grant can't show in this emulator; `null` where it can */
export const whyNotShown = ({ action, resource }: Grant): string | null => {
  if (action === 'ses:SendEmail' && resource.includes(':configuration-set/')) {
    return 'SES asks for it beside the identity; the emulator asks for the identity alone.';
  }
  if (action === 'ses:SendEmail' && resource.includes('@')) {
    return 'SES asks for it where the address itself is verified; the stack verifies the domain.';
  }
  return BY_THE_PLATFORM[action] ?? null;
};
