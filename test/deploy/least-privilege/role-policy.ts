import { callQuery, elementsOf } from '../aws-call.ts';
import type { Deployment } from '../deployment.ts';
import { type Grant, type PolicyDocument, withoutGrant } from './grants.ts';

const IAM = { service: 'iam', version: '2010-05-08' } as const;

/** The policy of a function's role. */
export interface RolePolicy {
  document: PolicyDocument;
  /** Runs an action while the role lacks one of its grants, and restores it afterwards, even after an error. */
  without<Result>(grant: Grant, act: () => Promise<Result>): Promise<Result>;
}

const roleOf = ({ functions }: Deployment, flow: string): string => {
  const found = functions.get(flow);
  if (!found) throw new Error(`no function is deployed for ${flow}`);
  return found.roleName;
};

/**
 * Reads the policy of a flow's role from IAM.
 *
 * @throws Error unless the role has exactly one inline policy, because others would be overlooked
 */
export const readRolePolicy = async (deployment: Deployment, flow: string): Promise<RolePolicy> => {
  const RoleName = roleOf(deployment, flow);
  const call = (Action: string, more: Record<string, string> = {}) =>
    callQuery(deployment, { ...IAM, Action, RoleName, ...more });

  const [names, attached] = await Promise.all([call('ListRolePolicies'), call('ListAttachedRolePolicies')]);
  const [PolicyName = '', ...others] = elementsOf(names, 'member');
  if (!PolicyName || others.length > 0 || elementsOf(attached, 'PolicyArn').length > 0) {
    throw new Error(`the role of ${flow} has not exactly one policy of its own`);
  }
  const read = await call('GetRolePolicy', { PolicyName });
  const document = JSON.parse(decodeURIComponent(elementsOf(read, 'PolicyDocument')[0] ?? '')) as PolicyDocument;
  const write = (policy: PolicyDocument) =>
    call('PutRolePolicy', { PolicyName, PolicyDocument: JSON.stringify(policy) });

  return {
    document,
    without: async (grant, act) => {
      await write(withoutGrant(document, grant));
      try {
        return await act();
      } finally {
        await write(document);
      }
    },
  };
};
