import { describeGrant, type Grant, grantsOf, type PolicyDocument } from './grants.ts';
import { readRolePolicy } from './role-policy.ts';
import type { Surroundings } from './surroundings.ts';
import { whyNotShown } from './why-not-shown.ts';

/** A grant, with a readable name of its resource. */
interface NamedGrant {
  grant: Grant;
  name: string;
  /** Readable name of the resource. */
  resource: string;
  /** Why its absence can't show in this emulator; `null` where it can. */
  notShown: string | null;
}

/** The grants of a deployed function. */
export interface FlowGrants {
  flow: string;
  document: PolicyDocument;
  grants: readonly NamedGrant[];
  /** Runs an action while the function's role lacks one of its grants. */
  without<Result>(grant: Grant, act: () => Promise<Result>): Promise<Result>;
}

/** Translates generated names. @returns the readable name of a resource's ARN */
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
    return known?.[0] ?? (resource.split(':').slice(5).join(':') || resource); // outside of the account
  };
};

/** Reads the grants of every deployed function, sorted by flow. */
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
