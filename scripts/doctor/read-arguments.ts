import { type CommonArguments, readCommandLine, readStackName, SWITCH, TEXT } from '../command/command-line.ts';

export const USAGE = `Looks at an AWS account and at the stack that is deployed there, and says in sentences what is right, and what to do. It changes nothing.

  npm run doctor -- [--stack Keyturn] [--region eu-central-1] [--json]
  npm run doctor -- --account-only [--region eu-central-1] [--json]

Where the package is installed it is "npx keyturn-doctor" instead of "npm run doctor --".

  --stack <name>    Keyturn unless given. Where there is none yet, the account alone is looked at
  --account-only    the account alone: before the first deployment
  --region <name>   in place of AWS_REGION and the profile's
  --json            writes one JSON object to standard output

Progress is written to standard error. Credentials and region are the AWS SDK's own (AWS_PROFILE, AWS_REGION …); docs/operating.md has the
policy, which only reads. What can't be read for lack of a permission is said.

Status 0: nothing is wrong, and everything was found out. Status 1: something is wrong, or could not be found out. Status 2: it was
called wrongly.`;

/** Arguments of the command. */
export interface DoctorArguments extends CommonArguments {
  /** `null` for the account alone. */
  stackName: string | null;
  json: boolean;
}

/**
 * Reads the command line.
 *
 * @returns `null` where help is asked for
 * @throws Error that says what is wrong with it
 */
export const readArguments = (args: string[]): DoctorArguments | null => {
  const options = { stack: TEXT, 'account-only': SWITCH, json: SWITCH };
  const line = readCommandLine(args, { options, most: 0, takesOutputs: false });
  if (!line) return null;
  const { stack, region, json, 'account-only': accountOnly } = line.values;
  if (accountOnly && stack !== undefined) throw new Error('give either --stack or --account-only');
  return { stackName: accountOnly ? null : readStackName(stack), region, json };
};
