import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import * as manifest from '../../../functions/manifest.ts';
import { LIVE } from '../../../infra/live-alias.ts';
import { ACCOUNT_CHECKS, ALL_OPERATIONS, STACK_CHECKS } from '../../../scripts/doctor/checks.ts';
import { type DeployedStack, partOf } from '../../../scripts/doctor/deployed-stack.ts';
import { synthesise } from '../../support/synthesise.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const handbook = read('docs/operating.md');
const [, about = ''] = /^## What the doctor looks at\n(.*?)^## /ms.exec(handbook) ?? [];
const checks = [...ACCOUNT_CHECKS, ...STACK_CHECKS];

describe("the doctor's page in the handbook", () => {
  /** @asvs 13.2.2 */
  it('has a policy of what the checks ask, and nothing beside', () => {
    const [, policy = '{}'] = /```json\n(.*?)\n```/s.exec(about) ?? [];
    const { Statement } = JSON.parse(policy) as { Statement: { Effect: string; Action: string[] }[] };

    expect(Statement.map(({ Effect }) => Effect)).toEqual(['Allow', 'Allow']);
    expect(Statement.flatMap(({ Action }) => Action).toSorted()).toEqual(
      [...new Set(ALL_OPERATIONS.flatMap(({ actions }) => [...actions]))].toSorted(),
    );
  });

  it('has a policy for the version of a function that is called, and for no other', () => {
    expect(about).toContain(`"arn:aws:lambda:*:*:function:Keyturn-*:${LIVE}"`);
  });

  it('has a policy that changes nothing, and reads no secret', () => {
    const asked = ALL_OPERATIONS.flatMap(({ actions }) => [...actions]);

    // DetectStackDrift starts a comparison, whose result CloudFormation keeps.
    const reads = /:(?:Get|List|Describe|Filter)[A-Z]|^cloudformation:DetectStack(?:Resource)?Drift$/;
    expect(asked.filter((action) => !reads.test(action))).toEqual([]);
    expect(asked.filter((action) => /:GetSecretValue|^dynamodb:|^kms:|^ssm:/.test(action))).toEqual([]);
  });

  it('leaves to the doctor the probes that it makes, and no other', () => {
    const rows = [...about.matchAll(/^\| (\d+) \|(.*)\|(.*)\|$/gm)].map(([, number, , how = '']) => ({
      number: Number(number),
      isMade: how.trim() === 'the doctor',
    }));
    const made = new Set(
      checks.flatMap(({ settles }) => (settles === undefined ? [] : Number(/\d+/.exec(settles)?.[0]))),
    );

    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(rows.filter(({ isMade }) => isMade).map(({ number }) => number)).toEqual(
      [...made].toSorted((a, b) => a - b),
    );
  });

  it('is found, with the runbook, by what the sentences name', () => {
    const sources = readdirSync(`${root}scripts/doctor`)
      .map((file) => read(`scripts/doctor/${file}`))
      .join('\n');
    const headings = (page: string): string[] =>
      [...read(page).matchAll(/^#{2,4} (.+)$/gm)].map(([, heading = '']) => heading);
    const runbook = [...sources.matchAll(/docs\/runbook\.md, ([a-z-]+)/g)].map(([, heading = '']) => heading);
    const quoted = [...sources.matchAll(/docs\/operating\.md, "([^"]+)"/g)].map(([, heading = '']) => heading);
    const steps = [...sources.matchAll(/docs\/operating\.md, step (\d)/g)].map(([, step = '']) => step);

    expect(runbook.length * quoted.length * steps.length).toBeGreaterThan(0);
    expect(runbook.filter((heading) => !headings('docs/runbook.md').includes(heading))).toEqual([]);
    expect(quoted.filter((heading) => !headings('docs/operating.md').includes(heading))).toEqual([]);
    expect(steps.filter((step) => !handbook.includes(`\n**${step}. `))).toEqual([]);
  });

  it('has checks with ids of their own', () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  });
});

describe('the doctor, of the stack that is synthesised', () => {
  let template: Template;
  beforeAll(async () => {
    template = await synthesise({
      settings: {
        deployment: {
          domainName: 'auth.bookshelf.example',
          certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000',
        },
      },
    });
  });

  it('finds every function and its log', () => {
    const { Resources } = template.toJSON() as { Resources: Record<string, { Type: string }> };
    const resources = Object.entries(Resources).map(([logicalId, { Type: type }]) => ({
      logicalId,
      type,
      physicalId: logicalId,
    }));
    const stack: DeployedStack = { name: 'Keyturn', status: '', isProtected: true, outputs: {}, resources };
    const flows = Object.values(manifest)
      .filter(({ trigger }) => trigger !== 'authorizer')
      .map(({ flow }) => flow);

    const functions = flows.map((flow) => partOf(stack, flow, 'Function'));
    const logs = flows.map((flow) => partOf(stack, flow, 'Logs'));

    expect(new Set([...functions, ...logs]).size).toBe(2 * flows.length);
    expect(resources.filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping')).not.toEqual([]);
  });

  it('finds the outputs that it asks for', () => {
    const sources = readdirSync(`${root}scripts/doctor`)
      .map((file) => read(`scripts/doctor/${file}`))
      .join('\n');
    const wanted = [...sources.matchAll(/outputOf\([^)]*\)?, '(\w+)'\)|outputs\.(?!ts)(\w+)/g)].map(
      ([, one, other]) => one ?? other,
    );

    expect(wanted).toEqual(expect.arrayContaining(['KeyringArn', 'AlarmTopicArn', 'CertificateArn', 'DomainTarget']));
    expect(Object.keys(template.findOutputs('*'))).toEqual(expect.arrayContaining(wanted));
  });
});
