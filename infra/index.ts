/** What the package exports to a CDK app: the service as one construct. */

export type { SettingsInput } from '../shared/settings/settings.ts';
export { EdgeStack, type EdgeStackProps } from './edge-stack.ts';
export { Keyturn, type KeyturnProps } from './keyturn.ts';
