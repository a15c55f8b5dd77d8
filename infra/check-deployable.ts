import { Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import * as manifest from '../functions/manifest.ts';
import type { Contract } from '../shared/contract/contract.ts';
import { readsNamedAddress } from '../shared/contract/trusted-callers.ts';
import { environmentSettings } from '../shared/settings/contract-settings.ts';
import type { Settings } from '../shared/settings/settings.ts';
import { SettingsRefused } from '../shared/settings/settings-refused.ts';
import { keysOf } from '../shared/settings/trusted-caller-settings.ts';
import { checkBackups } from './check-backups.ts';
import { checkSms } from './check-sms.ts';
import { EDGE_REGION } from './edge-region.ts';

const contracts: readonly Contract[] = Object.values(manifest);

/**
 * Lambda's quota for all environment variables is 4096 bytes; the names of tables and secrets need the rest.
 * @see Lambda quotas
 */
const SETTINGS_MAX_BYTES = 3_000;

/** An ARN of a secret that the stack names, with the key that it is for. */
const SECRET_REFERENCE_BYTES = 180;

/** Reserved names, which have no owner. @see RFC 2606, RFC 6761 */
const RESERVED = /(^|[.@/])(example\.(com|net|org)|[\w.-]+\.(example|invalid|test|localhost))$/;

/** Context key of the CDK that allows reserved names, for an emulator of AWS that delivers no mail. */
const ALLOW_RESERVED_NAMES = 'keyturn:allowReservedNames';

/**
 * The CDK's command line sets the account that it is about to deploy to. Without credentials only a template is
 * written, so nothing is refused.
 */
const isForAnAccount = (): boolean => Boolean(process.env.CDK_DEFAULT_ACCOUNT);

const refuse = (key: string, value: unknown, allowed: string): never => {
  throw new SettingsRefused([{ path: key.split('.'), value, allowed }]);
};

export interface Deployable {
  settings: Settings;
  /** The API's own name; `null` for none. */
  domainName: string | null;
  /** Whether a certificate was passed to the construct. */
  hasCertificate: boolean;
  /** Whether the ARN of a web ACL for CloudFront was passed. */
  hasWebAcl: boolean;
}

const checkEdge = ({ settings: { deployment }, domainName, hasCertificate, hasWebAcl }: Deployable): void => {
  const { edge, certificateArn } = deployment;
  if (!edge.enabled) return;
  // CloudFront's default domain can't require TLS 1.2, and its name, hence publicUrl, is unknown before the first
  // deployment.
  if (domainName === null) refuse('deployment.domainName', null, 'must be set where deployment.edge is enabled');
  if (!hasCertificate && certificateArn?.split(':')[3] !== EDGE_REGION)
    refuse('deployment.certificateArn', certificateArn, `must be in ${EDGE_REGION} where deployment.edge is enabled`);
  if (!hasWebAcl) refuse('deployment.edge.enabled', true, 'wants the webAclArn of an EdgeStack');
};

/**
 * A service with a reserved sender would deploy and never send mail. A fresh clone has reserved names and must
 * synthesise.
 */
const checkNames = (scope: Construct, { sender, publicUrl }: Settings): void => {
  const isAllowed = String(scope.node.tryGetContext(ALLOW_RESERVED_NAMES)) === 'true'; // the command line passes text
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

/** A widget is a script of the provider, and hosted pages load nothing from elsewhere (docs/adr/0040). */
const warnOfPages = (scope: Construct, { captcha }: Settings): void => {
  if (!captcha.enabled) return;
  const asked = captcha.when === 'always' ? 'It can not sign in at all' : 'It can not sign in near a limit';
  Validations.of(scope).addWarning(
    'keyturn:captcha',
    `keyturn.captcha is enabled, and the hosted page /ui/remove-number shows no captcha. ${asked}, and says that the app can: your own app has to remove numbers then.`,
  );
};

/**
 * Checks across settings: contradictions between them, and their size as a function's variable.
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
  const callerBytes = settings.trustedCallers.flatMap(keysOf).length * SECRET_REFERENCE_BYTES;
  const bytes = Math.max(
    ...contracts.map(
      (one) =>
        Buffer.byteLength(JSON.stringify(environmentSettings(one, settings))) +
        (readsNamedAddress(one) ? callerBytes : 0),
    ),
  );
  if (bytes > SETTINGS_MAX_BYTES)
    refuse(
      'sms.pricesUsd',
      '…',
      `the settings of a function must fit in ${SETTINGS_MAX_BYTES} bytes: name fewer prices`,
    );
  checkNames(scope, settings);
  checkSms(scope, settings);
  checkBackups(scope, settings);
  warnOfPages(scope, settings);
};
