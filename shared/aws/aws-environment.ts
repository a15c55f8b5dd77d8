import type { SigningCredentials } from './sign-request.ts';

/** AWS's own variables, as Lambda sets them for a function. */
export type AwsEnvironment = Readonly<Record<string, string | undefined>>;

/** The process's environment. The one place that reads AWS's variables; the project's own are read in shared/settings. */
export const awsEnvironment = (): AwsEnvironment => process.env;

/** Has every client that is opened from here on in this region, whatever a profile says: for a command of an operator, who names it. */
export const useRegion = (region: string): void => {
  process.env.AWS_REGION = region;
};

/** A region becomes part of a host's name. @see RFC 1123 §2.1 */
const HOST_LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/i;

/** @throws Error that names the variables that are missing or empty */
export const credentialsIn = ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
}: AwsEnvironment): SigningCredentials => {
  if (!accessKeyId || !secretAccessKey)
    throw new Error('set the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  return { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined };
};

/** @throws Error where the region is missing, or can't be part of a host's name */
export const regionIn = ({ AWS_REGION: region = '' }: AwsEnvironment): string => {
  if (!HOST_LABEL.test(region))
    throw new Error('set the environment variable AWS_REGION to a region such as eu-central-1');
  return region;
};

/**
 * A switch of the SDKs, off unless set.
 *
 * @throws Error where it is neither `true` nor `false`
 * @see AWS SDKs and Tools Reference Guide, "Settings reference"
 */
export const switchIn = (environment: AwsEnvironment, name: string): boolean => {
  const value = environment[name];
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  throw new Error(`the environment variable ${name} must be true or false`);
};
