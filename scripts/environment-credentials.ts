/** Replaces the SDK's credential chain in the bundles: Lambda sets credentials in the environment. */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
