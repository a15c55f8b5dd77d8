import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { parseSettings, type SettingsInput } from '../shared/settings/settings.ts';
import { EDGE_REGION } from './edge-region.ts';

const RATE_WINDOW_SECONDS = 300;

/**
 * Amazon's rule sets, and the rules of them that only count.
 *
 * A password may be any text: one that looks like a script, a path or an exploit must work behind the edge as it did without. So
 * no rule judges a body's content; the contracts do, and nothing in a body is ever taken for HTML, a path, an address or
 * code. The body's size is the service's own limit, 16 KiB, twice of what the rule set allows.
 *
 * @see AWS WAF developer guide, "AWS Managed Rules rule groups list"; NIST SP 800-63B-4 §3.1.1.2
 */
const RULE_SETS: readonly { name: string; countOnly: readonly string[] }[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList', countOnly: [] },
  {
    name: 'AWSManagedRulesCommonRuleSet',
    countOnly: [
      'SizeRestrictions_BODY',
      'CrossSiteScripting_BODY',
      'EC2MetaDataSSRF_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
    ],
  },
  {
    name: 'AWSManagedRulesKnownBadInputsRuleSet',
    countOnly: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY', 'ReactJSRCE_BODY'],
  },
];

/** Counted in CloudWatch. No samples: they keep whole headers for three hours, and there are tokens in those. */
const visibilityOf = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: false,
  metricName,
});

const ruleOf = ({ name, countOnly }: (typeof RULE_SETS)[number], priority: number): CfnWebACL.RuleProperty => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      ...(countOnly.length > 0 && {
        ruleActionOverrides: countOnly.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      }),
    },
  },
  visibilityConfig: visibilityOf(name),
});

/** Before all others: an address that sends too much is not worth the price of the rest. Told as the service itself tells it. */
const rateRule = (requestsPer5Minutes: number): CfnWebACL.RuleProperty => ({
  name: 'RequestsPerAddress',
  priority: 0,
  action: {
    block: {
      customResponse: {
        responseCode: 429,
        responseHeaders: [{ name: 'retry-after', value: String(RATE_WINDOW_SECONDS) }],
      },
    },
  },
  statement: {
    rateBasedStatement: {
      limit: requestsPer5Minutes,
      evaluationWindowSec: RATE_WINDOW_SECONDS,
      aggregateKeyType: 'IP', // CloudFront's own view of the peer: no header has a say
    },
  },
  visibilityConfig: visibilityOf('RequestsPerAddress'),
});

export interface EdgeStackProps extends StackProps {
  /** What cdk.json's context key `keyturn` holds. */
  settings: SettingsInput;
}

/**
 * What has to be in us-east-1 for the edge: the web ACL. It holds back floods and crude scanners before they cost anything; who may do
 * what is decided behind it as ever.
 *
 * @throws Error that names each setting that is missing or wrong, and what is allowed
 */
export class EdgeStack extends Stack {
  /** For `Keyturn`. */
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, { settings, env, ...props }: EdgeStackProps) {
    super(scope, id, { ...props, env: { ...env, region: EDGE_REGION } });
    const { requestsPer5Minutes } = parseSettings(settings).deployment.edge;
    const acl = new CfnWebACL(this, 'WebAcl', {
      description: 'Keyturn: what is refused before the API sees it.',
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      rules: [rateRule(requestsPer5Minutes), ...RULE_SETS.map((set, index) => ruleOf(set, index + 1))],
      visibilityConfig: visibilityOf('WebAcl'),
    });
    this.webAclArn = acl.attrArn;
  }
}
