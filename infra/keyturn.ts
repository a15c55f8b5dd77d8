import { Certificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Contract } from '../shared/contract/contract.ts';
import { CANARY_ADDRESS_VARIABLE } from '../shared/settings/config.ts';
import { parseSettings, type Settings, type SettingsInput } from '../shared/settings/settings.ts';
import { countThrottled } from './access-log.ts';
import { checkDeployable } from './check-deployable.ts';
import { constructId } from './construct-id.ts';
import { ApiDomain } from './constructs/api-domain.ts';
import { CaptchaSecret } from './constructs/captcha-secret.ts';
import { CostNotices } from './constructs/cost-notices.ts';
import { Edge } from './constructs/edge.ts';
import type { EventConsumer } from './constructs/event-consumer.ts';
import { FlowFunction } from './constructs/flow-function.ts';
import { GradualRollout } from './constructs/gradual-rollout.ts';
import { KeyNotices } from './constructs/key-notices.ts';
import { KeyringSecret } from './constructs/keyring-secret.ts';
import { MailSending } from './constructs/mail-sending.ts';
import { OriginSecrets } from './constructs/origin-secrets.ts';
import { OutboxConsumer } from './constructs/outbox-consumer.ts';
import { ServiceAlarms } from './constructs/service-alarms.ts';
import { ServiceApi } from './constructs/service-api.ts';
import { ServiceBackups } from './constructs/service-backups.ts';
import { ServiceDashboard } from './constructs/service-dashboard.ts';
import { ServiceTables } from './constructs/service-tables.ts';
import { SmsDeliveryLog } from './constructs/sms-delivery-log.ts';
import { TrustedCallerSecrets } from './constructs/trusted-caller-secrets.ts';
import { deployedContracts } from './deployed-contracts.ts';
import { eventConsumers } from './event-sources.ts';
import { flowBindings, metricsNamespace } from './flow-bindings.ts';
import type { Watched } from './metrics.ts';
import { outputsOf } from './outputs.ts';
import { watchedSettings } from './watched-settings.ts';

export interface KeyturnProps {
  /** The context key `keyturn` of cdk.json; product name, sender and public URL are required. */
  settings: SettingsInput;
  /** Encrypts the Credentials table; a new key unless given. Its policy must let DynamoDB use it for this account. */
  tableEncryptionKey?: IKey;
  /** The API's domain; overrides `settings.deployment.domainName`. */
  domainName?: string;
  /** For `domainName`; overrides `settings.deployment.certificateArn`. */
  certificate?: ICertificate;
  /**
   * Of a web ACL for CloudFront, made by `EdgeStack`; required with `settings.deployment.edge.enabled`, else unused.
   */
  webAclArn?: string;
  /**
   * The topic for alarms, to which CloudWatch, EventBridge, and where they are set AWS Budgets and Cost Anomaly Detection must be allowed to publish
   * (docs/operating.md); a new one unless given.
   */
  alarmTopic?: ITopic;
}

type ContractOf<Trigger extends Contract['trigger']> = Extract<Contract, { trigger: Trigger }>;

/** ACM's certificate as it was given; `null` for none. */
const certificateArnOf = (
  { certificate }: Pick<KeyturnProps, 'certificate'>,
  { certificateArn }: Settings['deployment'],
): string | null => certificate?.certificateArn ?? certificateArn;

/**
 * The whole service, built from the manifest: tables, keyring, mail, SMS, and for each flow a function with its role,
 * log and routes.
 *
 * @throws Error that names each setting that is missing or wrong, and what is allowed
 */
export class Keyturn extends Construct {
  readonly settings: Settings;
  readonly tables: ServiceTables;
  readonly keyring: KeyringSecret;
  /** `null` where the settings ask for none beside point-in-time recovery. */
  readonly backups: ServiceBackups | null;
  readonly mail: MailSending;
  readonly api: ServiceApi;
  /** The consumers of table streams. */
  readonly consumers: readonly OutboxConsumer[];
  /** The consumers of topics and schedules. */
  readonly eventConsumers: readonly EventConsumer[];
  /** What serves the operator's domain: API Gateway, or CloudFront in front of it; `null` without a domain. */
  readonly domain: ApiDomain | Edge | null;
  /** `null` without the edge. */
  readonly originSecrets: OriginSecrets | null;
  /** `null` where captchas are not enabled. */
  readonly captchaSecret: CaptchaSecret | null;
  /** `null` where no caller is trusted. */
  readonly callerSecrets: TrustedCallerSecrets | null;
  /** `null` where SNS's log of SMS is not asked for. */
  readonly smsDeliveryLog: SmsDeliveryLog | null;
  readonly alarms: ServiceAlarms;
  readonly dashboard: ServiceDashboard;
  private readonly contracts: readonly Contract[];
  private readonly functions: ReadonlyMap<string, FlowFunction>;

  constructor(scope: Construct, id: string, props: KeyturnProps) {
    super(scope, id);
    this.settings = parseSettings(props.settings);
    const { settings } = this;
    const { deployment } = settings;
    const domainName = props.domainName ?? deployment.domainName;
    const isBehindEdge = deployment.edge.enabled;
    checkDeployable(this, {
      settings,
      domainName,
      hasCertificate: props.certificate !== undefined,
      hasWebAcl: props.webAclArn !== undefined,
    });

    this.tables = new ServiceTables(this, 'Tables', { ...deployment, encryptionKey: props.tableEncryptionKey });
    this.keyring = new KeyringSecret(this, 'Keyring', {
      ...deployment,
      replicaRegions: deployment.backups.keyringRegions,
    });
    this.backups = deployment.backups.enabled
      ? new ServiceBackups(this, 'Backups', { ...deployment, tables: this.tables.tables })
      : null;
    this.mail = new MailSending(this, 'Mail', {
      ...deployment,
      sender: settings.sender,
      deliverySeconds: settings.tokens.recoverySeconds,
    });
    this.originSecrets = isBehindEdge ? new OriginSecrets(this, 'OriginSecrets', deployment.edge) : null;
    this.captchaSecret = settings.captcha.enabled ? new CaptchaSecret(this, 'CaptchaSecret', deployment) : null;
    this.callerSecrets =
      settings.trustedCallers.length > 0 ? new TrustedCallerSecrets(this, 'TrustedCallers', settings) : null;
    this.smsDeliveryLog = deployment.sms.deliveryLogs
      ? new SmsDeliveryLog(this, 'SmsDelivery', { namespace: metricsNamespace(this) })
      : null;
    this.contracts = deployedContracts(settings);
    this.functions = new Map(this.contracts.map((contract) => [contract.flow, this.makeFunction(contract)]));

    this.api = new ServiceApi(this, 'Api', {
      ...deployment,
      flows: this.contractsOf('http').map((contract) => ({ contract, function: this.functionOf(contract.flow) })),
      allowedOrigins: settings.allowedOrigins,
      allowedRequestHeaders: settings.allowedRequestHeaders,
      guard: isBehindEdge ? this.guard() : null,
      ownAddress: domainName === null || isBehindEdge,
    });
    this.domain = domainName === null ? null : this.makeDomain(domainName, props);
    this.consumers = this.contractsOf('stream').map(
      (contract) =>
        new OutboxConsumer(this, `${constructId(contract.flow)}Source`, {
          contract,
          consumer: this.functionOf(contract.flow),
          table: this.tables.tables[contract.source],
          retrySeconds: settings.messages.retrySeconds,
          parallelBatches: deployment.parallelBatches,
        }),
    );
    this.eventConsumers = eventConsumers(this, this.contracts, {
      functionOf: (flow) => this.functionOf(flow),
      topics: { 'mail-events': this.mail.events },
    });
    for (const { flow } of this.contractsOf('rotation'))
      this.keyring.rotateWith(this.functionOf(flow), deployment.keyRotationDays);

    const address = { [CANARY_ADDRESS_VARIABLE]: this.address };
    for (const { flow, canary } of this.contractsOf('schedule'))
      if (canary) this.functionOf(flow).bind({ environment: address, statements: [] });

    const watched = this.watched(isBehindEdge || domainName === null ? null : certificateArnOf(props, deployment));
    countThrottled(this.api, { accessLog: this.api.accessLog, namespace: watched.namespace });
    this.alarms = new ServiceAlarms(this, 'Alarms', {
      watched,
      topic: props.alarmTopic,
      alarmEmail: deployment.alarmEmail,
    });
    const { topic } = this.alarms;
    new KeyNotices(this, 'KeyNotices', { key: this.tables.credentialsKey, keyring: this.keyring.secret, topic });
    new CostNotices(this, 'CostNotices', { ...deployment.alarms, topic });
    if (deployment.gradual.enabled)
      new GradualRollout(this, 'Rollout', {
        ...deployment.gradual,
        namespace: watched.namespace,
        flows: watched.flows.filter(({ contract }) => contract.trigger === 'http'),
        topic,
      });
    this.dashboard = new ServiceDashboard(this, 'Dashboard', { watched, alarms: this.alarms });
  }

  /** The function of a flow. @throws Error where the manifest has no such flow */
  functionOf(flow: string): FlowFunction {
    const found = this.functions.get(flow);
    if (!found) throw new Error(`there is no flow ${flow}`);
    return found;
  }

  /** The origin that people's apps call, such as `https://auth.example.com`: the domain's, or API Gateway's own without one. */
  get address(): string {
    return this.domain ? this.settings.publicUrl : this.api.api.apiEndpoint;
  }

  /** Values for the `CfnOutput`s of your stack, by the names that docs/operating.md uses. */
  get outputs(): Readonly<Record<string, string>> {
    return outputsOf(this);
  }

  private contractsOf<Trigger extends Contract['trigger']>(trigger: Trigger): ContractOf<Trigger>[] {
    return this.contracts.filter((contract): contract is ContractOf<Trigger> => contract.trigger === trigger);
  }

  private watched(certificateArn: string | null): Watched {
    return {
      ...watchedSettings(this.settings),
      namespace: metricsNamespace(this),
      flows: [...this.functions.values()],
      tables: this.tables.tables,
      consumers: this.consumers,
      eventConsumers: this.eventConsumers,
      api: this.api.api,
      hasCaptchas: this.captchaSecret !== null,
      smsDeliveryLog: this.smsDeliveryLog,
      backups: this.backups,
      certificateArn,
    };
  }

  private makeFunction(contract: Contract): FlowFunction {
    const { deployment, dynamo } = this.settings;
    const made = new FlowFunction(this, constructId(contract.flow), { contract, dynamo, ...deployment });
    for (const binding of flowBindings(this, contract, this)) made.bind(binding);
    return made;
  }

  /** The authorizer that refuses requests which did not come through CloudFront. */
  private guard(): FlowFunction {
    return this.functionOf(this.contractsOf('authorizer')[0]?.flow ?? '');
  }

  private makeDomain(domainName: string, given: Pick<KeyturnProps, 'certificate' | 'webAclArn'>): ApiDomain | Edge {
    const { certificateArn, ipv6 } = this.settings.deployment;
    const certificate = given.certificate ?? Certificate.fromCertificateArn(this, 'Certificate', certificateArn ?? '');
    const { api, stage } = this.api;
    if (!this.originSecrets) return new ApiDomain(this, 'Domain', { api, stage, domainName, certificate, ipv6 });
    const { current: secret } = this.originSecrets;
    const { viewerCountry } = this.settings.deployment.edge;
    const webAclArn = given.webAclArn ?? '';
    const edge = new Edge(this, 'Edge', { api, domainName, certificate, webAclArn, secret, viewerCountry });
    // The guard must know a new secret before CloudFront sends it: API Gateway caches a refusal for an hour.
    edge.node.addDependency(this.guard());
    return edge;
  }
}
