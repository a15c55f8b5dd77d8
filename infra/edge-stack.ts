import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { parseSettings, type SettingsInput } from '../shared/settings/settings.ts';
import { EDGE_REGION } from './edge-region.ts';

const RATE_WINDOW_SECONDS = 300;

/**
 * Amazon's managed rule sets, and the rules in them that only count.
 *
 * A password may be any text, including one that looks like a script, a path or an exploit, so no rule may block by the
 * content of a body. The contracts validate bodies, and no field is ever used as HTML, path, address or code. The
 * service limits the body's size itself, to 16 KiB; the managed rule's limit is 8 KiB.
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

/**
 * Counted in CloudWatch, without sampled requests: WAF keeps samples for three hours with all headers, and headers hold
 * tokens.
 */
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

/**
 * First, so that a flooding address doesn't cause the charges of the other rules. Its answer looks like the service's
 * own 429.
 */
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
      aggregateKeyType: 'IP', // the address of the TCP peer; no header can spoof it
    },
  },
  visibilityConfig: visibilityOf('RequestsPerAddress'),
});

export interface EdgeStackProps extends StackProps {
  /** The context key `keyturn` of cdk.json. */
  settings: SettingsInput;
}

/**
 * The part of the edge that has to be in us-east-1: the web ACL. It blocks floods and crude scanners before they cause
 * costs. Authorization stays in the service behind it.
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
