/** Stands in for the SDK's credential chain in the bundles: a Lambda function has its credentials in the environment. */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
