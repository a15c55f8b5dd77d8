import { CfnOutput, Names, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import * as manifest from '../functions/manifest.ts';
import type { Contract } from '../shared/contract/contract.ts';
import { isUnsafe } from '../shared/contract/kept-answers.ts';
import { parseSettings, type SettingsInput } from '../shared/settings/settings.ts';
import { EdgeWatch } from './constructs/edge-watch.ts';
import { EDGE_REGION } from './edge-region.ts';

const RATE_WINDOW_SECONDS = 300;

/** @see AWS WAF API Reference, VisibilityConfig, "MetricName" */
const NAME_MAX_LENGTH = 128;

/**
 * Amazon's managed rule sets, and the rules in them that only count.
 *
 * A password may be any text, including one that looks like a script, a path or an exploit, so no rule may block by the
 * content of a body. The contracts validate bodies, and no field is ever used as HTML, path, address or code. The
 * service limits the body's size itself, to 16 KiB; the managed rule's limit is 8 KiB. Nor may one block by a missing User-Agent: back
 * ends send none unless they are told to, those that fetch the keys among them (docs/adr/0071).
 *
 * @see AWS WAF developer guide, "AWS Managed Rules rule groups list"; NIST SP 800-63B-4 §3.1.1.2
 */
const RULE_SETS: readonly { name: string; countOnly: readonly string[] }[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList', countOnly: [] },
  {
    name: 'AWSManagedRulesCommonRuleSet',
    countOnly: [
      'NoUserAgent_HEADER',
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

/** What the people of an office do all day, behind one address, to stay signed in. */
const OF_RUNNING_SESSIONS: readonly string[] = ['refresh-session', 'revoke-token'];

/** Whether a flow tries passwords, codes or tokens, or has messages sent, for any caller. */
const isForGuessing = ({ flow, caller, hashing }: Extract<Contract, { trigger: 'http' }>): boolean =>
  hashing === true || (caller === 'anyone' && !OF_RUNNING_SESSIONS.includes(flow));

/** The paths of those flows as one expression: WAF takes 512 characters. */
const guessingPaths = (): string => {
  const paths = (Object.values(manifest) as Contract[])
    .filter((contract) => contract.trigger === 'http')
    .filter(isForGuessing)
    .flatMap(({ routes }) => routes.filter(isUnsafe).map(({ path }) => path.slice(1)))
    .toSorted();
  return `^/(?:${paths.join('|')})/?$`;
};

/** However the path is written. A transformation sees what the one before it has made. */
const AS_READ = [
  { priority: 0, type: 'URL_DECODE' },
  { priority: 1, type: 'NORMALIZE_PATH' },
];

interface Rate {
  name: string;
  priority: number;
  limit: number;
  /** Which requests count; all unless set. */
  of?: CfnWebACL.StatementProperty;
}

/**
 * Before the other rules, so that a flooding address doesn't cause their charges. Its answer looks like the service's
 * own 429.
 */
const rateRule = ({ name, priority, limit, of }: Rate): CfnWebACL.RuleProperty => ({
  name,
  priority,
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
      limit,
      evaluationWindowSec: RATE_WINDOW_SECONDS,
      aggregateKeyType: 'IP', // the address of the TCP peer; no header can spoof it
      ...(of && { scopeDownStatement: of }),
    },
  },
  visibilityConfig: visibilityOf(name),
});

const rateRules = ({
  requestsPer5Minutes,
  guessesPer5Minutes,
}: {
  requestsPer5Minutes: number;
  guessesPer5Minutes: number;
}) => [
  rateRule({ name: 'RequestsPerAddress', priority: 0, limit: requestsPer5Minutes }),
  rateRule({
    name: 'GuessesPerAddress',
    priority: 1,
    limit: guessesPer5Minutes,
    of: {
      regexMatchStatement: {
        regexString: guessingPaths(),
        fieldToMatch: { uriPath: {} },
        textTransformations: AS_READ,
      },
    },
  }),
];

export interface EdgeStackProps extends StackProps {
  /** The context key `keyturn` of cdk.json. */
  settings: SettingsInput;
}

/**
 * The part of the edge that has to be in us-east-1: the web ACL, and the alarms of the edge. The ACL blocks floods and crude scanners before they cause
 * costs. Authorization stays in the service behind it.
 *
 * @throws Error that names each setting that is missing or wrong, and what is allowed
 */
export class EdgeStack extends Stack {
  /** For `Keyturn`. */
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, { settings, env, ...props }: EdgeStackProps) {
    super(scope, id, { ...props, env: { ...env, region: EDGE_REGION } });
    const { edge, certificateArn, alarmEmail } = parseSettings(settings).deployment;
    const rates = rateRules(edge);
    // Of the stack: the ACLs of two services would be counted as one.
    const aclName = Names.uniqueResourceName(this, { maxLength: NAME_MAX_LENGTH });
    const acl = new CfnWebACL(this, 'WebAcl', {
      description: 'Keyturn: what is refused before the API sees it.',
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      rules: [...rates, ...RULE_SETS.map((set, index) => ruleOf(set, rates.length + index))],
      visibilityConfig: visibilityOf(aclName),
    });
    this.webAclArn = acl.attrArn;
    const { topicArn } = new EdgeWatch(this, 'Watch', { aclName, certificateArn, alarmEmail });
    new CfnOutput(this, 'EdgeAlarmTopicArn', { value: topicArn });
  }
}
