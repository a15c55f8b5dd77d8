import {
  type CommonArguments,
  DEFAULT_STACK,
  readCommandLine,
  readStackName,
  SWITCH,
  TEXT,
} from '../command/command-line.ts';

export const USAGE = `Lists the alarms of a stack with their states and headings in docs/runbook.md, and whether somebody is told of them. With --try it sets each
off once, so that you see that the pager rings, and back.

  npm run alarms [-- --stack ${DEFAULT_STACK}] [--only HEADING]
  npm run alarms -- --try [--stack ${DEFAULT_STACK}] [--only HEADING] [--yes]

Where the package is installed it is "npx keyturn-alarms" instead of "npm run alarms --". --only, which can be given several times, takes
the alarms of that heading alone: one message for each alarm is many. It asks before it sets anything off, unless --yes is given. The edge
has a stack of its own: npm run alarms -- --region us-east-1 --stack ${DEFAULT_STACK}Edge

  --region <name>   where the stack is; unless given, the AWS SDK's own (AWS_REGION, the profile)

Credentials are the AWS SDK's own (AWS_PROFILE …). They need cloudwatch:DescribeAlarms, sns:ListSubscriptionsByTopic and, for --try,
cloudwatch:SetAlarmState.

Status 0: every alarm reaches somebody, and with --try each was set off. Status 1: one reaches nobody or was left out, or it was stopped.
Status 2: it was called wrongly.`;

/** Arguments of the command. */
export interface AlarmsArguments extends CommonArguments {
  /** Name of the stack. */
  stack: string;
  /** Headings of the runbook; empty for all. */
  only: readonly string[];
  /** Whether each is set off once. */
  tries: boolean;
  yes: boolean;
}

/**
 * Reads the command line.
 *
 * @returns `null` where help is asked for
 * @throws Error that says what is wrong with it
 */
export const readArguments = (args: string[]): AlarmsArguments | null => {
  const options = { stack: TEXT, only: { ...TEXT, multiple: true }, try: SWITCH, yes: SWITCH } as const;
  const line = readCommandLine(args, { options, most: 0, takesOutputs: false });
  if (!line) return null;
  const { region, stack, only = [], try: tries, yes } = line.values;
  if (yes && !tries) throw new Error('--yes goes with --try');
  return { region, stack: readStackName(stack), only, tries, yes };
};
