import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type CfnGlobalTable,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { TableName } from '../../shared/contract/contract.ts';
import { TABLES } from '../../shared/contract/tables.ts';
import { keptIf } from '../kept-if.ts';

export interface ServiceTablesProps {
  /** Whether the tables have deletion protection and outlive the stack. */
  retainData: boolean;
  /** What each table gives at most. */
  tableCeiling: { readUnitsPerSecond: number; writeUnitsPerSecond: number };
  /** Encrypts the Credentials table; a new key unless given. */
  encryptionKey?: IKey | undefined;
}

const CONSTRUCT_IDS: Readonly<Record<TableName, string>> = {
  accounts: 'Accounts',
  credentials: 'Credentials',
  tokens: 'Tokens',
  outbox: 'Outbox',
};

/**
 * The four tables (docs/adr/0002): on demand, point-in-time recovery, deletion protection, and a KMS key for
 * Credentials.
 */
export class ServiceTables extends Construct {
  /** The tables by their names in the contracts. */
  readonly tables: Readonly<Record<TableName, TableV2>>;
  /** Encrypts the Credentials table. */
  readonly credentialsKey: IKey;

  constructor(scope: Construct, id: string, { retainData, tableCeiling, encryptionKey }: ServiceTablesProps) {
    super(scope, id);
    // RETAIN, not RETAIN_ON_UPDATE_OR_DELETE as for key, secret and logs: CloudFormation can't delete a protected
    // table, even when the first deployment fails.
    const removalPolicy = retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.credentialsKey = encryptionKey ?? this.makeCredentialsKey(keptIf(retainData));

    const table = (name: TableName): TableV2 =>
      new TableV2(this, CONSTRUCT_IDS[name], {
        partitionKey: { name: 'pk', type: AttributeType.STRING },
        sortKey: { name: 'sk', type: AttributeType.STRING },
        billing: Billing.onDemand({
          maxReadRequestUnits: tableCeiling.readUnitsPerSecond,
          maxWriteRequestUnits: tableCeiling.writeUnitsPerSecond,
        }),
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: retainData,
        removalPolicy,
        encryption: TableEncryptionV2.dynamoOwnedKey(),
        ...(TABLES[name].expires && { timeToLiveAttribute: 'expiresAtEpochSeconds' }),
        // KEYS_ONLY: addresses never enter the stream.
        ...(TABLES[name].streams && { dynamoStream: StreamViewType.KEYS_ONLY }),
      });

    this.tables = {
      accounts: table('accounts'),
      credentials: table('credentials'),
      tokens: table('tokens'),
      outbox: table('outbox'),
    };
    encryptWith(this.credentialsKey, this.tables.credentials);
  }

  private makeCredentialsKey(removalPolicy: RemovalPolicy): Key {
    const key = new Key(this, 'CredentialsKey', {
      description: 'Encrypts the password hashes and second factors of Keyturn.',
      enableKeyRotation: true,
      removalPolicy,
    });
    // Roles decide who may read the table. The key policy allows its use only through DynamoDB, so no role can decrypt
    // with it directly.
    // @see DynamoDB developer guide, "Authorizing use of your customer managed key"
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'ThroughDynamoDbOnly',
        principals: [new AnyPrincipal()],
        actions: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:CreateGrant',
          'kms:DescribeKey',
        ],
        resources: ['*'],
        conditions: {
          StringEquals: {
            'kms:CallerAccount': Stack.of(this).account,
            'kms:ViaService': `dynamodb.${Stack.of(this).region}.amazonaws.com`,
          },
        },
      }),
    );
    return key;
  }
}

/**
 * Encrypts a table under a customer managed key. TableEncryptionV2.customerManagedKey does the same, but fails in
 * stacks whose region is unknown at synthesis.
 */
const encryptWith = (key: IKey, table: TableV2): void => {
  const resource = table.node.defaultChild as CfnGlobalTable;
  resource.addPropertyOverride('SSESpecification', { SSEEnabled: true, SSEType: 'KMS' });
  resource.addPropertyOverride('Replicas.0.SSESpecification', { KMSMasterKeyId: key.keyArn });
};
