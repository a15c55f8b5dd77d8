import { Fn, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Contract } from '../shared/contract/contract.ts';
import { readsNamedAddress } from '../shared/contract/trusted-callers.ts';
import {
  CANARY_ACCOUNT_VARIABLE,
  KEYRING_VARIABLE,
  METRICS_VARIABLE,
  SETTINGS_VARIABLE,
  TOPIC_VARIABLE,
} from '../shared/settings/config.ts';
import { environmentSettings } from '../shared/settings/contract-settings.ts';
import type { Settings } from '../shared/settings/settings.ts';
import type { CaptchaSecret } from './constructs/captcha-secret.ts';
import type { Binding } from './constructs/flow-function.ts';
import type { KeyringSecret } from './constructs/keyring-secret.ts';
import type { MailSending } from './constructs/mail-sending.ts';
import type { OriginSecrets } from './constructs/origin-secrets.ts';
import type { ServiceTables } from './constructs/service-tables.ts';
import { smsBindings } from './constructs/sms-binding.ts';
import type { TrustedCallerSecrets } from './constructs/trusted-caller-secrets.ts';
import { tableBindings } from './table-bindings.ts';

/** The resources that functions may be bound to. */
export interface Surroundings {
  settings: Settings;
  tables: ServiceTables;
  keyring: KeyringSecret;
  mail: MailSending;
  /** `null` without the edge. */
  originSecrets: OriginSecrets | null;
  /** `null` where captchas are not enabled. */
  captchaSecret: CaptchaSecret | null;
  /** `null` where no caller is trusted. */
  callerSecrets: TrustedCallerSecrets | null;
}

/** The stack's name keeps the metrics of two stacks in one account apart. */
export const metricsNamespace = (scope: Construct): string => `Keyturn/${Stack.of(scope).stackName}`;

/**
 * The id of the canary's account: the UUID at the end of the stack's id, which is the stack's own for as long as there is one. Nobody outside of
 * the AWS account is told of it, so strangers find no address to spend the limits of. Nothing rests on its being a secret.
 */
const canaryAccountId = (scope: Construct): string => Fn.select(2, Fn.split('/', Stack.of(scope).stackId));

const READS_KEYRING = ['secretsmanager:GetSecretValue'];
/** @see Secrets Manager user guide, "Lambda rotation function execution role permissions" */
const ROTATES_KEYRING = [
  ...READS_KEYRING,
  'secretsmanager:DescribeSecret',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
];

const keyringBinding = ({ trigger }: Contract, { secret }: KeyringSecret): Binding => ({
  environment: { [KEYRING_VARIABLE]: secret.secretArn },
  statements: [
    new PolicyStatement({
      actions: trigger === 'rotation' ? ROTATES_KEYRING : READS_KEYRING,
      resources: [secret.secretArn],
    }),
  ],
});

/** All permissions and variables of a flow, derived from its contract alone. */
export const flowBindings = (
  scope: Construct,
  contract: Contract,
  { settings, tables, keyring, mail, originSecrets, captchaSecret, callerSecrets }: Surroundings,
): Binding[] => {
  return [
    {
      environment: {
        [SETTINGS_VARIABLE]: JSON.stringify(environmentSettings(contract, settings)),
        [METRICS_VARIABLE]: metricsNamespace(scope),
      },
      statements: [],
    },
    ...tableBindings({
      contract,
      tables: tables.tables,
      grantsByRow: settings.deployment.grantsByRow,
      canaryAccountId: canaryAccountId(scope),
    }),
    ...(contract.trigger === 'schedule' && contract.canary
      ? [{ environment: { [CANARY_ACCOUNT_VARIABLE]: canaryAccountId(scope) }, statements: [] }]
      : []),
    ...(contract.keyring ? [keyringBinding(contract, keyring)] : []),
    ...(contract.trigger === 'authorizer' && originSecrets ? [originSecrets.binding()] : []),
    ...(contract.trigger === 'http' && contract.captcha && captchaSecret ? [captchaSecret.binding()] : []),
    ...(callerSecrets && readsNamedAddress(contract) ? [callerSecrets.binding()] : []),
    ...(contract.trigger === 'topic'
      ? [{ environment: { [TOPIC_VARIABLE]: mail.events.topicArn }, statements: [] }]
      : []),
    ...(contract.mail ? [mail.binding()] : []),
    ...(contract.sms ? smsBindings(scope, settings.sms) : []),
  ];
};
