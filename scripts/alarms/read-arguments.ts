import { parseArgs } from 'node:util';

/** As infra/app.ts names it. */
const STACK = 'Keyturn';

export const USAGE = `Lists the alarms of a stack with their states and headings in docs/runbook.md, and whether somebody is told of them. With --try it sets each off
once, so that you see that the pager rings, and back.

  npm run alarms [-- --stack ${STACK}] [--only HEADING]
  npm run alarms -- --try [--stack ${STACK}] [--only HEADING] [--yes]

Where the package is installed it is "npx keyturn-alarms" instead of "npm run alarms --". --only, which can be given several times, takes the alarms of that
heading alone: one message for each alarm is many. It asks before it sets anything off, unless --yes is given. The edge has a stack of its own:
AWS_REGION=us-east-1 npm run alarms -- --stack ${STACK}Edge

Credentials and region are the AWS SDK's own (AWS_PROFILE, AWS_REGION …). They need cloudwatch:DescribeAlarms, sns:ListSubscriptionsByTopic and, for --try,
cloudwatch:SetAlarmState.`;

/** Arguments of the command. */
export interface AlarmsArguments {
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
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: 'string', default: STACK },
      only: { type: 'string', multiple: true, default: [] },
      try: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  if (values.yes && !values.try) throw new Error('--yes goes with --try');
  return { stack: values.stack, only: values.only, tries: values.try, yes: values.yes };
};
