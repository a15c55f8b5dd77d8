import { systemClock } from '../../shared/lambda/system-clock.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { type AwsCallerParts, makeAwsCaller } from '../aws/aws-caller.ts';
import { AwsRefused } from '../aws/aws-operation.ts';
import { GET_CALLER_IDENTITY } from '../aws/get-caller-identity.ts';
import { openOperator } from '../aws/operator.ts';
import { explainFailure } from './explain-failure.ts';
import { jsonLine } from './terminal-text.ts';

/**
 * How long what operators do is kept in the history: as long as the default of `events.retentionSeconds`, and apart from it, as the commands
 * don't know the settings of the service.
 *
 * @see OWASP ASVS 5.0 16.1.1
 */
export const OPERATOR_EVENT_SECONDS = 400 * 24 * 60 * 60;

/** AWS doesn't say who the caller is; the message says why, without anything of the request. */
class CallerUnknown extends Error {
  override readonly name = 'CallerUnknown';
}

/**
 * Asks AWS who the caller is: the one who has the credentials, by AWS's word and not by the caller's own. It needs no permission.
 *
 * @returns the ARN, such as `arn:aws:sts::123456789012:assumed-role/Support/alice`
 * @throws CallerUnknown
 * @see AWS STS API Reference, GetCallerIdentity
 */
export const callerIdentity = async (parts: AwsCallerParts): Promise<string> => {
  try {
    return (await makeAwsCaller(parts)(GET_CALLER_IDENTITY)).Arn;
  } catch (error) {
    if (!(error instanceof AwsRefused)) throw error;
    const { name, advice } = explainFailure(error);
    throw new CallerUnknown(`AWS does not say who you are (STS: ${name}). ${advice ?? ''} Nothing was done.`);
  }
};

/** Who the operator is, by AWS's word. @throws CallerUnknown, NotSignedIn */
export const askAws = async (): Promise<string> =>
  callerIdentity({ ...(await openOperator()), clock: systemClock, randomness: csprng });

/** What an operator did, for the operator's own log. */
interface OperatorAct {
  /** Milliseconds of the epoch. */
  atMs: number;
  act: string;
  by: string;
  reason: string;
  /** What belongs to this act alone. */
  more: Readonly<Record<string, unknown>>;
}

/** One line of JSON, which acts on no terminal. */
export const operatorActLine = ({ atMs, act, by, reason, more }: OperatorAct): string =>
  jsonLine({ event: 'operator-act', at: new Date(atMs).toISOString(), act, by, reason, ...more });
