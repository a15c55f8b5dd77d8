import { Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import * as manifest from '../functions/manifest.ts';
import type { Contract } from '../shared/contract/contract.ts';
import { settingsFor } from '../shared/settings/contract-settings.ts';
import type { Settings } from '../shared/settings/settings.ts';
import { SettingsRefused } from '../shared/settings/settings-refused.ts';
import { EDGE_REGION } from './edge-region.ts';

const contracts: readonly Contract[] = Object.values(manifest);

/** A function's variables may be 4096 bytes together; the names of tables and secrets need the rest. @see Lambda quotas */
const SETTINGS_MAX_BYTES = 3_000;

/** Names that nobody can own. @see RFC 2606, RFC 6761 */
const RESERVED = /(^|[.@/])(example\.(com|net|org)|[\w.-]+\.(example|invalid|test|localhost))$/;

/** The switch, in the context of the CDK, with which a deployment may have such names: for an emulator of AWS, where nothing is delivered. */
const ALLOW_RESERVED_NAMES = 'keyturn:allowReservedNames';

/** The CDK's command line names the account that it is about to deploy to. Without credentials there is none, and no harm in a template. */
const isForAnAccount = (): boolean => Boolean(process.env.CDK_DEFAULT_ACCOUNT);

const refuse = (key: string, value: unknown, allowed: string): never => {
  throw new SettingsRefused([{ path: key.split('.'), value, allowed }]);
};

export interface Deployable {
  settings: Settings;
  /** The API's own name; `null` for none. */
  domainName: string | null;
  /** Whether a certificate is given beside the settings. */
  hasCertificate: boolean;
  /** Whether a web ACL for CloudFront is given. */
  hasWebAcl: boolean;
}

const checkEdge = ({ settings: { deployment }, domainName, hasCertificate, hasWebAcl }: Deployable): void => {
  const { edge, certificateArn } = deployment;
  if (!edge.enabled) return;
  // On CloudFront's own name nobody can ask for TLS 1.2, and publicUrl would not be known before the first deployment.
  if (domainName === null) refuse('deployment.domainName', null, 'must be set where deployment.edge is enabled');
  if (!hasCertificate && certificateArn?.split(':')[3] !== EDGE_REGION)
    refuse('deployment.certificateArn', certificateArn, `must be in ${EDGE_REGION} where deployment.edge is enabled`);
  if (!hasWebAcl) refuse('deployment.edge.enabled', true, 'wants the webAclArn of an EdgeStack');
};

/** A service under such a name would come up and never mail anybody. A fresh clone has them, and shall be synthesised all the same. */
const checkNames = (scope: Construct, { sender, publicUrl }: Settings): void => {
  const isAllowed = String(scope.node.tryGetContext(ALLOW_RESERVED_NAMES)) === 'true'; // a text from the command line
  for (const [key, value] of Object.entries({ sender, publicUrl })) {
    if (!RESERVED.test(value)) continue;
    if (isForAnAccount() && !isAllowed)
      refuse(key, value, 'must be a name of your own; nobody can own this one, and SES sends nothing for it');
    Validations.of(scope).addWarning(
      `keyturn:${key}`,
      `keyturn.${key} is ${value}, a name that nobody can own: set your own before you deploy.`,
    );
  }
};

/**
 * What can't be seen key by key: settings that contradict each other, or that no function could be given.
 *
 * @throws SettingsRefused that names the key, the value and what is allowed
 */
export const checkDeployable = (scope: Construct, deployable: Deployable): void => {
  const { settings, domainName, hasCertificate } = deployable;
  const { deployment, publicUrl } = settings;
  if (domainName !== null && publicUrl !== `https://${domainName}`)
    refuse('publicUrl', publicUrl, `must be https://${domainName}, the API's own name (deployment.domainName)`);
  if (domainName !== null && !hasCertificate && deployment.certificateArn === null)
    refuse('deployment.certificateArn', '', `must name ACM's certificate for ${domainName}`);
  checkEdge(deployable);
  if (new URL(publicUrl).protocol !== 'https:')
    refuse('publicUrl', publicUrl, 'must be an https origin: links in mails are opened from everywhere');
  const bytes = Math.max(...contracts.map((one) => Buffer.byteLength(JSON.stringify(settingsFor(one, settings)))));
  if (bytes > SETTINGS_MAX_BYTES)
    refuse(
      'sms.pricesUsd',
      '…',
      `the settings of a function must fit in ${SETTINGS_MAX_BYTES} bytes: name fewer prices`,
    );
  checkNames(scope, settings);
};
