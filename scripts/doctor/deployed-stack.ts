import { deliverMessages } from '../../functions/deliver-messages/contract.ts';
import { constructId } from '../../infra/construct-id.ts';
import { LIVE } from '../../infra/live-alias.ts';
import { SETTINGS_VARIABLE } from '../../shared/settings/config.ts';
import { settingsFor } from '../../shared/settings/contract-settings.ts';
import { type AskAws, AwsRefused } from '../aws/aws-operation.ts';
import { DESCRIBE_STACKS, GET_FUNCTION_CONFIGURATION, LIST_STACK_RESOURCES } from './operations.ts';
import { Unread } from './unread.ts';

/** What every check of a stack needs beside its own operations. */
export const STACK_OPERATIONS = [DESCRIBE_STACKS, LIST_STACK_RESOURCES, GET_FUNCTION_CONFIGURATION] as const;

interface StackResource {
  logicalId: string;
  type: string;
  /** `null` while it is being made. */
  physicalId: string | null;
}

/** A stack, as CloudFormation knows it. */
export interface DeployedStack {
  name: string;
  /** CloudFormation's word, such as UPDATE_COMPLETE. */
  status: string;
  isProtected: boolean;
  /** By the names of infra/outputs.ts. */
  outputs: Readonly<Record<string, string>>;
  resources: readonly StackResource[];
}

/** What deliver-messages is set to: everything that concerns mail, SMS and the public URL. */
export type DeployedSettings = ReturnType<typeof settingsFor<typeof deliverMessages>>;

/** The stack is not there. @see CloudFormation API Reference, DescribeStacks, "Errors" */
const isAbsent = (error: unknown): boolean =>
  error instanceof AwsRefused && error.code === 'ValidationError' && error.message.includes('does not exist');

const allResources = async (ask: AskAws, StackName: string): Promise<StackResource[]> => {
  const resources: StackResource[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ask(LIST_STACK_RESOURCES, { StackName, ...(NextToken && { NextToken }) });
    for (const { LogicalResourceId: logicalId, ResourceType: type, PhysicalResourceId } of page.StackResourceSummaries)
      resources.push({ logicalId, type, physicalId: PhysicalResourceId ?? null });
    ({ NextToken } = page);
  } while (NextToken);
  return resources;
};

/** Reads a stack. @returns `null` where there is none of the name @throws AwsRefused */
export const readStack = async (ask: AskAws, name: string): Promise<DeployedStack | null> => {
  try {
    const { Stacks } = await ask(DESCRIBE_STACKS, { StackName: name });
    const [stack] = Stacks;
    if (!stack) return null;
    return {
      name,
      status: stack.StackStatus,
      isProtected: stack.EnableTerminationProtection ?? false,
      outputs: Object.fromEntries(stack.Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
      resources: await allResources(ask, name),
    };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
};

/** One of the stack's outputs. @throws Unread where it has none of the name */
export const outputOf = ({ name: stack, outputs }: DeployedStack, name: string): string => {
  const value = outputs[name];
  if (value === undefined)
    throw new Unread(
      `The stack ${stack} has no output ${name}.`,
      'Deploy this release; in a CDK app of your own, make the outputs that docs/operating.md names.',
    );
  return value;
};

/** Resources of a type, by what CloudFormation calls them. */
export const resourcesOf = ({ resources }: DeployedStack, type: string): string[] =>
  resources.flatMap((resource) => (resource.type === type ? (resource.physicalId ?? []) : []));

/**
 * The part of a flow in the stack, such as its function or its log, by its physical name. The CDK writes the names of the constructs one
 * after the other, and a hash; `CompleteSignUp` ends as `SignUp` does, so the shortest name is the flow's own.
 *
 * @throws Unread
 */
export const partOf = ({ name, resources }: DeployedStack, flow: string, part: 'Function' | 'Logs'): string => {
  const ends = new RegExp(`${constructId(flow)}${part}[0-9A-F]{8}$`);
  const type = part === 'Function' ? 'AWS::Lambda::Function' : 'AWS::Logs::LogGroup';
  const [found] = resources
    .filter((resource) => resource.type === type && ends.test(resource.logicalId))
    .toSorted((a, b) => a.logicalId.length - b.logicalId.length);
  if (!found?.physicalId)
    throw new Unread(`The stack ${name} has no ${flow}.`, 'See that --stack is the stack of the service.');
  return found.physicalId;
};

/** What the service runs with: the settings of a function, from the environment of the version that is called. @throws AwsRefused, Unread */
export const readSettings = async (ask: AskAws, stack: DeployedStack): Promise<DeployedSettings> => {
  const FunctionName = partOf(stack, deliverMessages.flow, 'Function');
  const { Environment } = await ask(GET_FUNCTION_CONFIGURATION, { FunctionName, Qualifier: LIVE });
  try {
    return settingsFor(deliverMessages, JSON.parse(Environment?.Variables?.[SETTINGS_VARIABLE] ?? ''));
  } catch {
    throw new Unread(
      "This release can't read the settings of the deployed functions.",
      'Use the release that is deployed, or deploy this one.',
    );
  }
};
