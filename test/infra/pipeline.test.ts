import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { synthesiseVariant, VARIANTS } from '../../scripts/lint-templates/variants.ts';
import { builtBundles } from '../support/built-bundles.ts';
import { permissionsIn } from '../support/permissions-in.ts';

const fileOf = (name: string): string => readFileSync(new URL(`../../docs/pipeline/${name}`, import.meta.url), 'utf8');

/** How IAM calls the services whose resource types have another word. */
const IAM_WORDS: Readonly<Record<string, string>> = { apigatewayv2: 'apigateway' };

interface Statement {
  Sid?: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

interface RoleProperties {
  AssumeRolePolicyDocument: { Statement: Statement[] };
  Policies: { PolicyDocument: { Statement: Statement[] } }[];
}

describe('the sample pipeline', () => {
  const { Resources } = JSON.parse(fileOf('deploy-roles.template.json'));
  const workflow = fileOf('deploy.yml');
  const statements: Statement[] = Resources.Boundary.Properties.PolicyDocument.Statement;
  const of = (sid: string): Statement | undefined => statements.find(({ Sid }) => Sid === sid);
  const allowed = new Set(statements.flatMap(({ Action }) => [Action].flat().map((action) => action.split(':')[0])));

  /** Every service that a template has a resource of, or a role of the stack a permission. */
  const used = new Set<string>();

  beforeAll(async () => {
    await builtBundles();
    const folder = await mkdtemp(join(tmpdir(), 'keyturn-pipeline-'));
    try {
      const files = await synthesiseVariant(VARIANTS.all, folder);
      for (const file of files) {
        const template = JSON.parse(await readFile(file, 'utf8'));
        for (const { Type } of Object.values<{ Type: string }>(template.Resources)) {
          const word = Type.split('::')[1]?.toLowerCase() ?? '';
          used.add(IAM_WORDS[word] ?? word);
        }
        for (const action of permissionsIn(template)) used.add(action.split(':')[0] ?? '');
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('may do what the stack needs of each service, with all that settings add', () => {
    expect(used.size).toBeGreaterThan(15);
    expect([...used].filter((service) => !allowed.has(service))).toEqual([]);
  });

  it('may use no service that the stack does not, but for what a deployment itself reads', () => {
    const ofADeployment = ['acm', 'backup-storage', 's3', 'ssm']; // backup-storage: what a vault is made with

    const others = [...allowed].filter((service) => service && !used.has(service) && !ofADeployment.includes(service));
    expect(others).toEqual([]);
  });

  it('makes no role beyond the boundary, takes the boundary from none, and does not change it', () => {
    const conditioned = of('RolesInsideTheBoundary');
    const actions = statements.flatMap(({ Action }) => Action);

    expect(Object.keys(conditioned?.Condition?.StringEquals ?? {})).toEqual(['iam:PermissionsBoundary']);
    for (const action of [
      'iam:CreateRole',
      'iam:PutRolePolicy',
      'iam:AttachRolePolicy',
      'iam:PutRolePermissionsBoundary',
    ]) {
      expect(conditioned?.Action).toContain(action);
      expect(actions.filter((one) => one === action)).toHaveLength(1);
    }
    expect(
      actions.filter((action) => /iam:(\*|DeleteRolePermissionsBoundary|\w+Policy(Version)s?$)/.test(action)),
    ).toEqual([]);
    expect(actions.filter((action) => /^iam:(Create|Put|Update)(User|Group|AccessKey|Policy)/.test(action))).toEqual(
      [],
    );
  });

  it.each([
    ['PreviewRole', 'preview', ['lookup']],
    ['DeployRole', 'production', ['deploy', 'file-publishing', 'lookup']],
  ])(
    'lets %s be taken by one environment of one repository, and take roles of the CDK alone',
    (id, environment, kinds) => {
      const { AssumeRolePolicyDocument, Policies } = Resources[id].Properties as RoleProperties;

      expect(AssumeRolePolicyDocument.Statement).toHaveLength(1);
      expect(AssumeRolePolicyDocument.Statement[0]?.Condition).toEqual({
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub': { 'Fn::Sub': `repo:\${Repository}:environment:${environment}` },
        },
      });
      const granted = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
      expect(granted.map(({ Action }) => Action)).toEqual(['sts:AssumeRole']);
      expect(JSON.stringify(granted[0]?.Resource).match(/cdk-\$\{Qualifier\}-[a-z-]+-role/g)).toEqual(
        kinds.map((kind) => `cdk-\${Qualifier}-${kind}-role`),
      );
      expect(workflow).toContain(`environment: ${environment}`);
    },
  );

  it('shows what changes before anybody approves, tests before that, and stores no key', () => {
    const at = (text: string): number => workflow.indexOf(text);

    expect([at('npm run check'), at('npm test'), at('cdk diff'), at('cdk deploy')].toSorted((a, b) => a - b)).toEqual([
      at('npm run check'),
      at('npm test'),
      at('cdk diff'),
      at('cdk deploy'),
    ]);
    expect(at('npm run check')).toBeGreaterThan(0);
    expect(workflow).not.toMatch(/secrets\.|aws-access-key-id|pull_request/);
    expect(workflow.match(/id-token: write/g)).toHaveLength(2);
  });
});
