import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { canaryEmail } from '../shared/contract/canary.ts';
import type { Contract, TableName } from '../shared/contract/contract.ts';
import { TABLE_VARIABLES } from '../shared/settings/config.ts';
import type { Binding } from './constructs/flow-function.ts';

/** Allowed actions by the first word of the rows' keys. */
type Access = Readonly<Record<string, readonly string[]>>;

/**
 * Groups actions that are allowed on the same rows. All words of an action go into one statement: IAM may evaluate the
 * keys of a transaction together, and two statements would then each lack some of them.
 */
const actionsByWords = (access: Access): Map<string, string[]> => {
  const entries = Object.entries(access);
  const grouped = new Map<string, string[]>();
  for (const action of new Set(entries.flatMap(([, actions]) => actions))) {
    const words = entries.filter(([, actions]) => actions.includes(action)).map(([word]) => word);
    const key = words.toSorted().join();
    grouped.set(key, [...(grouped.get(key) ?? []), action]);
  }
  return grouped;
};

/** Every row whose key begins with a word. */
const allOf = (word: string): string => `${word}#*`;

/** Of the words that the canary is granted, the key of its own account. */
const canaryRowOf =
  (accountId: string) =>
  (word: string): string =>
    `${word}#${word === 'EMAIL' ? canaryEmail(accountId) : accountId}`;

const rowStatements = (access: Access, { tableArn }: TableV2, keyOf: (word: string) => string): PolicyStatement[] =>
  [...actionsByWords(access)].map(
    ([words, actions]) =>
      new PolicyStatement({
        actions,
        resources: [tableArn],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': words.split(',').map(keyOf) },
          // ForAllValues is true for an empty set, so a call without a key must be denied explicitly.
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
  );

const tableStatement = (access: Access, { tableArn }: TableV2): PolicyStatement =>
  new PolicyStatement({ actions: [...new Set(Object.values(access).flat())], resources: [tableArn] });

export interface TableBindingsProps {
  contract: Contract;
  tables: Readonly<Record<TableName, TableV2>>;
  /** Whether grants are restricted by row; otherwise an action allowed on one row of a table is allowed on all. */
  grantsByRow: boolean;
  /** The id of the canary's account. */
  canaryAccountId: string;
}

/**
 * IAM statements for a flow's access to rows, as its contract declares it. Each names a table, the actions and the
 * first words of the partition keys, so that a flow that counts requests can't change a session in the same table.
 * The canary sets a password: it is restricted to its account's rows whatever the settings say, which is why it writes no transactions.
 *
 * @see DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control"
 */
export const tableBindings = ({ contract, tables, grantsByRow, canaryAccountId }: TableBindingsProps): Binding[] => {
  const statementsFor = (access: Access, table: TableV2): PolicyStatement[] => {
    if (contract.trigger === 'schedule' && contract.canary) {
      return rowStatements(access, table, canaryRowOf(canaryAccountId));
    }
    return grantsByRow ? rowStatements(access, table, allOf) : [tableStatement(access, table)];
  };
  return (Object.entries(contract.tables) as [TableName, Access][]).map(([name, access]) => ({
    environment: { [TABLE_VARIABLES[name]]: tables[name].tableName },
    statements: statementsFor(access, tables[name]),
  }));
};
