import { App, type Environment, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { parseSettings, type SettingsInput } from '../shared/settings/settings.ts';
import { SettingsRefused } from '../shared/settings/settings-refused.ts';
import { AccountSecurityStack } from './account-security-stack.ts';
import { EdgeStack } from './edge-stack.ts';

const DEFAULT_STACK_NAME = 'Keyturn';

const app = new App();
const context = (key: string): unknown => app.node.tryGetContext(key);

Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));

const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
/** Account and region are unknown without credentials. Synthesis works without them, except for the edge. */
const env: Environment = { ...(account && { account }), ...(region && { region }) };

const makeStacks = (): void => {
  const name = (context('stackName') as string | undefined) ?? DEFAULT_STACK_NAME;
  const settings = context('keyturn') as SettingsInput; // unchecked until the next line
  const isBehindEdge = parseSettings(settings).deployment.edge.enabled;
  if (isBehindEdge && !region)
    throw new SettingsRefused([
      {
        path: ['deployment', 'edge', 'enabled'],
        value: true,
        allowed: 'the region must be known then; set AWS_REGION, or sign in to AWS',
      },
    ]);
  const edge = isBehindEdge
    ? new EdgeStack(app, `${name}Edge`, { description: 'Keyturn: the web ACL before the API.', settings, env })
    : null;
  new AccountSecurityStack(app, name, {
    description: 'Keyturn: account recovery, two-factor authentication and profile updates.',
    settings,
    env,
    ...(edge && { webAclArn: edge.webAclArn }),
  });
};

try {
  makeStacks();
} catch (error) {
  if (!(error instanceof SettingsRefused)) throw error;
  console.error(error.message); // the operator has to change a setting; a stack trace would not help
  process.exit(1);
}
