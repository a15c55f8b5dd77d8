import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Contract, TableName } from '../shared/contract/contract.ts';
import { TABLE_VARIABLES } from '../shared/settings/config.ts';
import type { Binding } from './constructs/flow-function.ts';

/** Actions by the first word of the rows that they are allowed on. */
type Access = Readonly<Record<string, readonly string[]>>;

/**
 * The rows that each action is allowed on, by first word, and the actions with the same rows together. All words of an action are in
 * one statement: the keys of a transaction may be judged together, and then two statements would each lack some.
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

const rowStatements = (access: Access, { tableArn }: TableV2): PolicyStatement[] =>
  [...actionsByWords(access)].map(
    ([words, actions]) =>
      new PolicyStatement({
        actions,
        resources: [tableArn],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': words.split(',').map((word) => `${word}#*`) },
          // ForAllValues is true of no values at all: a call without a key must not slip through.
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
  );

const tableStatement = (access: Access, { tableArn }: TableV2): PolicyStatement =>
  new PolicyStatement({ actions: [...new Set(Object.values(access).flat())], resources: [tableArn] });

export interface TableBindingsProps {
  contract: Contract;
  tables: Readonly<Record<TableName, TableV2>>;
  /** Whether rows are told apart; if not, what is allowed on any row of a table is allowed on all of them. */
  grantsByRow: boolean;
}

/**
 * What a flow may do to the rows of its tables, as its contract declares it. Each statement names a table, the actions, and
 * the first words of the partition keys: a flow that counts requests can't touch a session beside them.
 *
 * @see DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control"
 */
export const tableBindings = ({ contract, tables, grantsByRow }: TableBindingsProps): Binding[] =>
  (Object.entries(contract.tables) as [TableName, Access][]).map(([name, access]) => ({
    environment: { [TABLE_VARIABLES[name]]: tables[name].tableName },
    statements: grantsByRow ? rowStatements(access, tables[name]) : [tableStatement(access, tables[name])],
  }));
