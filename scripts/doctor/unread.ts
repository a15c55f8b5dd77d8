import { AwsRefused } from '../aws/aws-operation.ts';
import { type Finding, unknown } from './finding.ts';

/** Something can't be found out, for a reason of our own. */
export class Unread extends Error {
  override readonly name = 'Unread';
  readonly finding: Finding;

  constructor(sentence: string, whatToDo: string) {
    super(sentence);
    this.finding = unknown(sentence, whatToDo);
  }
}

const SAYS: Readonly<Record<AwsRefused['refusal'], (refused: AwsRefused) => [sentence: string, whatToDo: string]>> = {
  denied: ({ operation: { actions } }) => [
    `Your credentials may not call ${actions[0]}.`,
    `Allow ${actions.join(' and ')}; docs/operating.md has the whole policy.`,
  ],
  credentials: ({ code }) => [
    `AWS does not take your credentials (${code}).`,
    'Sign in again, see that AWS_PROFILE and AWS_REGION are the ones you mean, and that the clock of this machine is right.',
  ],
  throttled: ({ operation: { name } }) => [`AWS throttles ${name}.`, 'Wait a minute, and run this again.'],
  unreachable: ({ operation: { name, api }, code }) => [
    `${api.name} gives no answer to ${name} (${code}).`,
    'See that this machine reaches AWS, and that the region has the service; then run this again.',
  ],
  garbled: ({ operation: { name, api } }) => [
    `${api.name} answers ${name} in a form that this release can't read.`,
    'If a proxy stands between this machine and AWS, go around it; otherwise update.',
  ],
  refused: ({ operation: { name, api }, code }) => [
    `${api.name} refuses ${name}: ${code}.`,
    'See in the console whether the account has this service in this region.',
  ],
};

/** What a check says that could not be made. Errors that are a fault of ours are told by their names, for a message may quote anything. */
export const unreadBy = (error: unknown): Finding => {
  if (error instanceof Unread) return error.finding;
  if (error instanceof AwsRefused) return unknown(...SAYS[error.refusal](error));
  const name = error instanceof Error ? error.name : 'an error';
  return unknown(`It stopped at ${name}.`, 'That is a fault of this command: report it.');
};
