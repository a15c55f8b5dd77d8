import { type ArnComponents, ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { CONFIGURATION_SET_VARIABLE } from '../../shared/settings/config.ts';
import { asFound } from '../as-found.ts';
import type { Binding } from './flow-function.ts';

export interface MailSendingProps {
  /** The address that mail is sent from. */
  sender: string;
  /** `create` where this stack makes SES's identity of the sender's domain. */
  mailIdentity: 'create' | 'existing';
  /** One DNS label. */
  mailFromSubdomain: string;
  /** Seconds for which SES tries to deliver a mail, 300…50,400: no longer than a recovery token lives. */
  deliverySeconds: number;
}

/**
 * Sending mail through SES: the domain's identity with DKIM and a MAIL FROM domain of its own, TLS required, events
 * published.
 */
export class MailSending extends Construct {
  /** SES publishes bounces, complaints and deliveries here. */
  readonly events: Topic;
  /** `null` where the identity exists already. */
  readonly identity: EmailIdentity | null;
  private readonly configurationSet: ConfigurationSet;
  private readonly sender: string;

  constructor(
    scope: Construct,
    id: string,
    { sender, mailIdentity, mailFromSubdomain, deliverySeconds }: MailSendingProps,
  ) {
    super(scope, id);
    this.sender = sender;
    this.configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      // A link that arrives when its token is over helps nobody, and who waits for it learns nothing for 14 hours (SES's own end).
      maxDeliveryDuration: Duration.seconds(deliverySeconds),
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    this.identity = mailIdentity === 'create' ? this.makeIdentity(mailFromSubdomain) : null;
    this.events = this.makeEvents();
  }

  /** Allows a function to send mail, from the configured sender only. */
  binding(): Binding {
    const arn = (resource: string, resourceName: string, parts: Partial<ArnComponents> = {}) =>
      Stack.of(this).formatArn({
        service: 'ses',
        resource,
        resourceName,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
        ...parts,
      });
    return {
      environment: { [CONFIGURATION_SET_VARIABLE]: this.configurationSet.configurationSetName },
      statements: [
        new PolicyStatement({
          actions: ['ses:SendEmail'],
          resources: [
            // SES checks the identity of the sender, an address or its domain, and in the sandbox the recipient's too,
            // which is not known in advance. The condition on `ses:FromAddress` pins the sender.
            arn('identity', '*'),
            arn('configuration-set', this.configurationSet.configurationSetName),
          ],
          conditions: { StringEquals: { 'ses:FromAddress': this.sender } },
        }),
        // For a proof mail, which SES would drop. The list is the account's, and its actions name no resource.
        new PolicyStatement({ actions: ['ses:DeleteSuppressedDestination'], resources: ['*'] }),
      ],
      reasons: {
        [`AwsSolutions-IAM5[Resource::${arn('identity', '*', asFound(this))}]`]:
          "In SES's sandbox the recipient's identity is asked for beside the sender's; ses:FromAddress pins the sender.",
      },
    };
  }

  private domain(): string {
    return this.sender.slice(this.sender.lastIndexOf('@') + 1);
  }

  private makeIdentity(mailFromSubdomain: string): EmailIdentity {
    return new EmailIdentity(this, 'Identity', {
      identity: Identity.domain(this.domain()),
      configurationSet: this.configurationSet,
      dkimSigning: true,
      mailFromDomain: `${mailFromSubdomain}.${this.domain()}`,
    });
  }

  private makeEvents(): Topic {
    const topic = new Topic(this, 'Events', { enforceSSL: true, masterKey: this.eventsKey() });
    // The destination lets SES publish to the topic, for this configuration set of this account alone.
    this.configurationSet.addEventDestination('Feedback', {
      destination: EventDestination.snsTopic(topic),
      events: [
        EmailSendingEvent.BOUNCE,
        EmailSendingEvent.COMPLAINT,
        EmailSendingEvent.DELIVERY,
        EmailSendingEvent.DELIVERY_DELAY,
        EmailSendingEvent.REJECT,
      ],
    });
    return topic;
  }

  /**
   * Messages of the topic hold addresses. SES can't publish under the key that AWS manages, and AWS doesn't say that its requests carry
   * the source, so the key's policy asks for none: who may publish is for the topic's to say.
   *
   * @see SNS developer guide, "Enable compatibility between event sources from AWS services and encrypted topics"
   */
  private eventsKey(): Key {
    const key = new Key(this, 'EventsKey', {
      description: 'Encrypts what SES tells of the mail of Keyturn.',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY, // it encrypts messages under way, which nobody reads later
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('ses.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    return key;
  }
}
