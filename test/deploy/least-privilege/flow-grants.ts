import { describeGrant, type Grant, grantsOf, type PolicyDocument } from './grants.ts';
import { readRolePolicy } from './role-policy.ts';
import type { Surroundings } from './surroundings.ts';
import { whyNotShown } from './why-not-shown.ts';

/** A grant, and how people call it. */
interface NamedGrant {
  grant: Grant;
  name: string;
  /** How people call what it is on. */
  resource: string;
  /** Why its lack can't show in this emulator; `null` where it can. */
  notShown: string | null;
}

/** What one deployed function is granted. */
export interface FlowGrants {
  flow: string;
  document: PolicyDocument;
  grants: readonly NamedGrant[];
  /** Does something while the function's role lacks one of its grants. */
  without<Result>(grant: Grant, act: () => Promise<Result>): Promise<Result>;
}

/** The names of this deployment say nothing to anybody. @returns how people call a resource, given its ARN */
const makeNameOf = ({ tableNames, deployment }: Surroundings): ((resource: string) => string) => {
  const { KeyringArn = '', DeadLetterQueueUrl = '' } = deployment.outputs;
  const endings = Object.entries({
    ...tableNames,
    'the keyring': KeyringArn,
    'the dead letters': DeadLetterQueueUrl.split('/').at(-1) ?? '',
    phones: 'not arn:aws:sns:*:*:*',
  });
  return (resource) => {
    if (resource.includes('/stream/')) return "the outbox's stream";
    const known = endings.find(([, ending]) => resource.endsWith(ending));
    return known?.[0] ?? (resource.split(':').slice(5).join(':') || resource); // beyond the account
  };
};

/** Reads what every deployed function is granted, in the order of the flows' names. */
export const readFlowGrants = async (surroundings: Surroundings): Promise<FlowGrants[]> => {
  const { deployment } = surroundings;
  const nameOf = makeNameOf(surroundings);
  return Promise.all(
    [...deployment.functions.keys()].toSorted().map(async (flow) => {
      const { document, without } = await readRolePolicy(deployment, flow);
      const grants = grantsOf(document).map((grant) => {
        const resource = nameOf(grant.resource);
        return { grant, resource, name: describeGrant({ ...grant, resource }), notShown: whyNotShown(grant) };
      });
      return { flow, document, grants, without };
    }),
  );
};
