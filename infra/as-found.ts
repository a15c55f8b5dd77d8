import { type ArnComponents, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** The parts of an ARN as cdk-nag prints them: names of parameters where the deployment alone knows the values. */
export const asFound = (scope: Construct): Pick<ArnComponents, 'partition' | 'region' | 'account'> => {
  const known = (value: string, name: string) => (Token.isUnresolved(value) ? `<${name}>` : value);
  const { partition, region, account } = Stack.of(scope);
  return {
    partition: known(partition, 'AWS::Partition'),
    region: known(region, 'AWS::Region'),
    account: known(account, 'AWS::AccountId'),
  };
};
