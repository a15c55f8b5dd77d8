import * as z from 'zod/mini';
import { deploymentSettings } from './deployment-settings.ts';
import { functionSettings } from './function-settings.ts';
import { parseSettingsBy } from './parse-settings-by.ts';
import { refuseSmsChannel } from './refuse-sms-channel.ts';

/**
 * Everything that an operator may choose, with defaults: what functions read (function-settings.ts, sms-settings.ts) and
 * what the stack alone reads (deployment-settings.ts). The values come from cdk.json's context key `keyturn`, in AWS
 * and on a laptop; a wrong one stops `cdk synth` and `npm start`.
 */
const settingsSchema = z.strictObject({
  ...functionSettings,
  dynamo: z
    ._default(z.enum(['own', 'sdk']), 'own')
    .check(
      z.describe(
        "Which client calls DynamoDB: own, the project's, or sdk, the AWS SDK's, which takes several times the CPU and 50 ms more at a cold start; own unless set.",
      ),
    ),
  deployment: z.prefault(deploymentSettings, {}),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Input type of the settings: only the required keys have to be set. */
export type SettingsInput = z.input<typeof settingsSchema>;

/**
 * Reads the operator's settings, the object under cdk.json's context key `keyturn`.
 *
 * @throws SettingsRefused as {@link parseSettingsBy} does, and where settings of SMS contradict each other
 */
export const parseSettings = (raw: unknown): Settings => {
  const settings = parseSettingsBy(settingsSchema, raw);
  refuseSmsChannel(settings);
  return settings;
};
