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
  /** Whether they are protected against deletion and outlive the stack. */
  retainData: boolean;
  /** The key that Credentials is encrypted with; one of its own unless given. */
  encryptionKey?: IKey | undefined;
}

const CONSTRUCT_IDS: Readonly<Record<TableName, string>> = {
  accounts: 'Accounts',
  credentials: 'Credentials',
  tokens: 'Tokens',
  outbox: 'Outbox',
};

/** The four tables (docs/adr/0002): on demand, point-in-time recovery, deletion protection, and one key of their own for Credentials. */
export class ServiceTables extends Construct {
  /** Each table by its name in the contracts. */
  readonly tables: Readonly<Record<TableName, TableV2>>;

  constructor(scope: Construct, id: string, { retainData, encryptionKey }: ServiceTablesProps) {
    super(scope, id);
    // Not as key, secret and logs: CloudFormation can't delete what refuses to be deleted, not even when a first deployment fails.
    const removalPolicy = retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const credentialsKey = encryptionKey ?? this.credentialsKey(keptIf(retainData));

    const table = (name: TableName): TableV2 =>
      new TableV2(this, CONSTRUCT_IDS[name], {
        partitionKey: { name: 'pk', type: AttributeType.STRING },
        sortKey: { name: 'sk', type: AttributeType.STRING },
        billing: Billing.onDemand(),
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: retainData,
        removalPolicy,
        encryption: TableEncryptionV2.dynamoOwnedKey(),
        ...(TABLES[name].expires && { timeToLiveAttribute: 'expiresAtEpochSeconds' }),
        // Keys alone: no address ever is in the stream.
        ...(TABLES[name].streams && { dynamoStream: StreamViewType.KEYS_ONLY }),
      });

    this.tables = {
      accounts: table('accounts'),
      credentials: table('credentials'),
      tokens: table('tokens'),
      outbox: table('outbox'),
    };
    encryptWith(credentialsKey, this.tables.credentials);
  }

  private credentialsKey(removalPolicy: RemovalPolicy): Key {
    const key = new Key(this, 'CredentialsKey', {
      description: 'Encrypts the password hashes and second factors of Keyturn.',
      enableKeyRotation: true,
      removalPolicy,
    });
    // Who may read the table is the roles' business; the key only has to be used by DynamoDB on their behalf. No role can
    // use it by itself. @see DynamoDB developer guide, "Authorizing use of your customer managed key"
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
 * Encrypts a table with a key of the account's. TableEncryptionV2.customerManagedKey says the same, but only where the stack's
 * region is known: an app that leaves it to the deployment could not be synthesised.
 */
const encryptWith = (key: IKey, table: TableV2): void => {
  const resource = table.node.defaultChild as CfnGlobalTable;
  resource.addPropertyOverride('SSESpecification', { SSEEnabled: true, SSEType: 'KMS' });
  resource.addPropertyOverride('Replicas.0.SSESpecification', { KMSMasterKeyId: key.keyArn });
};
