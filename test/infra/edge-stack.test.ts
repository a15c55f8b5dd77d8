import { beforeAll, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../shared/settings/settings.ts';
import { httpContracts } from '../support/fixtures.ts';
import { type AppRun, runApp } from '../support/run-app.ts';

const settings: SettingsInput = {
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.at',
  publicUrl: 'https://auth.bookshelf.at',
  deployment: {
    domainName: 'auth.bookshelf.at',
    certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d',
    edge: { enabled: true, requestsPer5Minutes: 12_345, guessesPer5Minutes: 678 },
  },
};

interface Rule {
  Name: string;
  Priority: number;
  Action?: { Block?: { CustomResponse?: { ResponseCode: number } } };
  OverrideAction?: object;
  Statement: {
    RateBasedStatement?: {
      ScopeDownStatement?: {
        RegexMatchStatement: { RegexString: string; FieldToMatch: object; TextTransformations: { Type: string }[] };
      };
    };
    ManagedRuleGroupStatement?: { Name: string; RuleActionOverrides?: { Name: string; ActionToUse: object }[] };
  };
  VisibilityConfig: { CloudWatchMetricsEnabled: boolean; SampledRequestsEnabled: boolean };
}

describe('the stack of the edge', () => {
  let run: AppRun;
  beforeAll(async () => {
    run = await runApp(settings, 'eu-west-1');
  });

  const resourceOf = (stack: string, type: string) =>
    Object.values(run.templates[stack]?.Resources ?? {}).find(({ Type }) => Type === type)?.Properties ?? {};
  const acl = () =>
    resourceOf('KeyturnEdge', 'AWS::WAFv2::WebACL') as { Scope: string; Rules: Rule[] } & Pick<
      Rule,
      'VisibilityConfig'
    >;

  it('satisfies cdk-nag and the validation of CloudFormation, with the service behind it', () => {
    expect(run).toMatchObject({ code: 0 });
    expect(Object.keys(run.templates).toSorted()).toEqual(['Keyturn', 'KeyturnEdge']);
  });

  it('is in us-east-1, where CloudFront looks for it, wherever the service is', () => {
    const { DistributionConfig } = resourceOf('Keyturn', 'AWS::CloudFront::Distribution');

    expect(acl().Scope).toBe('CLOUDFRONT');
    expect(DistributionConfig).toMatchObject({
      WebACLId: { 'Fn::GetStackOutput': { StackName: 'KeyturnEdge', Region: 'us-east-1' } },
    });
  });

  const rates = () => {
    const [all, guesses] = acl().Rules.toSorted((a, b) => a.Priority - b.Priority);
    return { all, guesses };
  };
  /** What WAF's rule for guesses matches, after its transformations. */
  const isGuess = (path: string): boolean => {
    const { RegexMatchStatement: match } = rates().guesses?.Statement.RateBasedStatement?.ScopeDownStatement ?? {};
    return new RegExp(match?.RegexString ?? '$^').test(path);
  };

  it('holds back an address that sends too much, before all else, by the address that CloudFront sees', () => {
    const { all, guesses } = rates();

    expect(all?.Statement.RateBasedStatement).toEqual({
      AggregateKeyType: 'IP',
      EvaluationWindowSec: 300,
      Limit: 12_345,
    });
    expect(guesses?.Statement.RateBasedStatement).toMatchObject({
      AggregateKeyType: 'IP',
      EvaluationWindowSec: 300,
      Limit: 678,
    });
    for (const rule of [all, guesses]) expect(rule?.Action?.Block?.CustomResponse?.ResponseCode).toBe(429);
  });

  it('counts as guesses what tries passwords, codes and tokens or has messages sent, and not what keeps an office signed in', () => {
    const unsafe = httpContracts.flatMap((contract) =>
      contract.routes.filter(({ method }) => method !== 'GET').map(({ path }) => [contract, path] as const),
    );

    const guesses = unsafe.filter(([, path]) => isGuess(path)).map(([{ flow }]) => flow);
    expect(guesses).toEqual(
      expect.arrayContaining([
        'sign-in',
        'sign-up',
        'request-recovery',
        'reset-password',
        'verify-code',
        'reauthenticate',
      ]),
    );
    expect(guesses).toEqual(
      expect.arrayContaining(httpContracts.filter(({ hashing }) => hashing).map(({ flow }) => flow)),
    );
    for (const kept of ['refresh-session', 'sign-out', 'revoke-token', 'update-profile'])
      expect(guesses).not.toContain(kept);
    for (const path of [
      '/health',
      '/.well-known/jwks.json',
      '/ui/reset',
      '/sessions/refresh',
      '/sessionsx',
      '/x/sessions',
    ])
      expect([path, isGuess(path)]).toEqual([path, false]);
    expect(isGuess('/sessions/')).toBe(true);
  });

  it('matches paths as they are read, in an expression that WAF takes', () => {
    const { RegexMatchStatement: match } = rates().guesses?.Statement.RateBasedStatement?.ScopeDownStatement ?? {};

    expect(match?.FieldToMatch).toEqual({ UriPath: {} });
    expect(match?.TextTransformations.map(({ Type }) => Type)).toEqual(['URL_DECODE', 'NORMALIZE_PATH']);
    expect(match?.RegexString.length).toBeLessThanOrEqual(512); // AWS WAF quotas
    expect(match?.RegexString).not.toContain('{'); // a parameter of a path would be taken as a quantifier
  });

  it('only counts who sends no User-Agent, as back ends that fetch the keys do', () => {
    expect(acl().Rules.map(({ Name }) => Name)).toEqual([
      'RequestsPerAddress',
      'GuessesPerAddress',
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesCommonRuleSet',
      'AWSManagedRulesKnownBadInputsRuleSet',
    ]);
    const { Statement } = acl().Rules.find(({ Name }) => Name === 'AWSManagedRulesCommonRuleSet') ?? {};
    expect(Statement?.ManagedRuleGroupStatement?.RuleActionOverrides).toContainEqual({
      Name: 'NoUserAgent_HEADER',
      ActionToUse: { Count: {} },
    });
  });

  it("asks Amazon's rule sets, and lets none of them judge a body: a password may look like anything", () => {
    const groups = acl().Rules.flatMap(({ Statement: { ManagedRuleGroupStatement: group } }) => (group ? [group] : []));
    const overrides = groups.flatMap(({ RuleActionOverrides = [] }) => RuleActionOverrides);

    expect(groups.map(({ Name }) => Name)).toEqual([
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesCommonRuleSet',
      'AWSManagedRulesKnownBadInputsRuleSet',
    ]);
    expect(overrides.map(({ Name }) => Name).toSorted()).toEqual([
      'CrossSiteScripting_BODY',
      'EC2MetaDataSSRF_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
      'JavaDeserializationRCE_BODY',
      'Log4JRCE_BODY',
      'NoUserAgent_HEADER',
      'ReactJSRCE_BODY',
      'SizeRestrictions_BODY',
    ]);
    expect(overrides.map(({ ActionToUse }) => ActionToUse)).toEqual(overrides.map(() => ({ Count: {} })));
  });

  it('counts what it does, and keeps no request: there are tokens in the headers', () => {
    const kept = [acl(), ...acl().Rules].map(({ VisibilityConfig }) => VisibilityConfig);

    expect(kept).toEqual(
      kept.map(() => expect.objectContaining({ CloudWatchMetricsEnabled: true, SampledRequestsEnabled: false })),
    );
  });

  it('needs to know the region, and says so', async () => {
    const { code, output } = await runApp(settings);

    expect(code).not.toBe(0);
    expect(output).toContain('the region must be known then; set AWS_REGION');
  });
});
