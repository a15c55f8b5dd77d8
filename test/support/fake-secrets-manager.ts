import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A version of the secret, with its value, if any, and staging labels. */
interface Version {
  text: string | null;
  labels: Set<string>;
  /** Absent for versions of which nobody asks. */
  createdAtEpochSeconds?: number;
}

/** A fault of every call until `heal`. */
export type SecretsFault = 'server-error' | 'throttle' | 'reset' | 'access-denied' | 'lost-answer';

/** Members of a request; which ones depends on the operation. */
interface Input {
  SecretId?: string;
  VersionId?: string;
  VersionStage?: string;
  ClientRequestToken?: string;
  SecretString?: string;
  VersionStages?: string[];
  MoveToVersionId?: string;
  RemoveFromVersionId?: string;
}

type Operation = (input: Input) => object;

/** Secrets Manager's error codes for these faults. */
const FAULTS: { readonly [fault in SecretsFault]?: string } = {
  'server-error': 'InternalServiceError',
  throttle: 'ThrottlingException',
  'access-denied': 'AccessDeniedException',
};

/** An error answer; `''` for a cut connection. */
class Refusal extends Error {
  readonly type: string;

  constructor(type: string) {
    super(type);
    this.type = type;
  }
}

const inputOf = async (request: IncomingMessage): Promise<Input> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Input;
};

/**
 * Starts a server for the part of Secrets Manager's JSON protocol that reading and rotating one secret needs.
 *
 * @see AWS Secrets Manager API reference: GetSecretValue, PutSecretValue, UpdateSecretVersionStage, DescribeSecret
 */
export const startFakeSecretsManager = async (arn: string) => {
  const versions = new Map<string, Version>();
  const calls: { operation: string; input: Input }[] = [];
  let fault: SecretsFault | null = null;
  let interruption: { operation: string; meanwhile(): Promise<unknown> } | null = null;

  const labelled = (label: string): [string, Version] | undefined =>
    [...versions].find(([, { labels }]) => labels.has(label));

  const moveLabel = (label: string, id: string): void => {
    const holder = labelled(label);
    holder?.[1].labels.delete(label);
    versions.get(id)?.labels.add(label);
    if (label !== 'AWSCURRENT' || !holder || holder[0] === id) return;
    moveLabel('AWSPREVIOUS', holder[0]);
  };

  const operations: Record<string, Operation> = {
    DescribeSecret: () => ({
      ARN: arn,
      RotationEnabled: true,
      VersionIdsToStages: Object.fromEntries([...versions].map(([id, { labels }]) => [id, [...labels]])),
    }),
    GetSecretValue: ({ VersionId, VersionStage = 'AWSCURRENT' }) => {
      const id = VersionId ?? labelled(VersionStage)?.[0] ?? '';
      const version = versions.get(id);
      if (!version || version.text === null) throw new Refusal('ResourceNotFoundException');
      const { text: SecretString, labels, createdAtEpochSeconds: CreatedDate } = version;
      return { ARN: arn, VersionId: id, SecretString, VersionStages: [...labels], ...(CreatedDate && { CreatedDate }) };
    },
    PutSecretValue: ({ ClientRequestToken: id = '', SecretString: text = '', VersionStages = ['AWSCURRENT'] }) => {
      const version = versions.get(id) ?? { text: null, labels: new Set<string>() };
      if (version.text !== null && version.text !== text) throw new Refusal('ResourceExistsException');
      versions.set(id, { ...version, text });
      for (const label of VersionStages) moveLabel(label, id);
      if (!labelled('AWSCURRENT')) moveLabel('AWSCURRENT', id);
      return { ARN: arn, VersionId: id };
    },
    UpdateSecretVersionStage: ({ VersionStage = '', MoveToVersionId = '', RemoveFromVersionId }) => {
      const holder = labelled(VersionStage)?.[0];
      if (holder && holder !== RemoveFromVersionId) throw new Refusal('InvalidParameterException');
      moveLabel(VersionStage, MoveToVersionId);
      return { ARN: arn };
    },
  };

  const answer = (response: ServerResponse, status: number, body: object): void =>
    void response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));

  const perform = (operation: string, input: Input): object => {
    const type = fault && FAULTS[fault];
    if (type) throw new Refusal(type);
    if (input.SecretId !== arn) throw new Refusal('ResourceNotFoundException');
    return operations[operation]?.(input) ?? {};
  };

  const respond = (operation: string, input: Input, response: ServerResponse): void => {
    try {
      if (fault === 'reset') throw new Refusal('');
      const output = perform(operation, input);
      if (fault === 'lost-answer') throw new Refusal('');
      answer(response, 200, output);
    } catch (error) {
      const type = error instanceof Refusal ? error.type : 'InternalServiceError';
      // An error message of the real service may contain anything, so this one contains the values, to detect leaks.
      const message = `of ${JSON.stringify([input, [...versions.values()]])}`;
      if (type === '') response.destroy();
      else answer(response, type === 'InternalServiceError' ? 500 : 400, { __type: type, message });
    }
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const input = await inputOf(request);
    calls.push({ operation, input });
    if (interruption?.operation === operation) {
      const { meanwhile } = interruption;
      interruption = null;
      await meanwhile();
    }
    respond(operation, input, response);
  };

  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    versions,
    /** The current value; `null` for none. */
    current: (): string | null => labelled('AWSCURRENT')?.[1].text ?? null,
    /** Starts again with one current version. @param text `null` for a secret that never had a value */
    reset: (text: string | null): void => {
      versions.clear();
      calls.length = 0;
      fault = null;
      if (text !== null) versions.set('the-first-version-of-this-secret', { text, labels: new Set(['AWSCURRENT']) });
    },
    /** What RotateSecret does before it calls the function: stages a pending version without a value. */
    begin: (versionId: string): void => {
      versions.set(versionId, { text: null, labels: new Set() });
      moveLabel('AWSPENDING', versionId);
    },
    /** Writes a value as an operator could, without a rotation. */
    overwrite: (versionId: string, text: string): void => {
      versions.set(versionId, { text, labels: new Set() });
      moveLabel('AWSCURRENT', versionId);
    },
    fail: (kind: SecretsFault): void => {
      fault = kind;
    },
    heal: (): void => {
      fault = null;
    },
    /** Holds the next call of an operation until an action is done. */
    interrupt: (operation: string, meanwhile: () => Promise<unknown>): void => {
      interruption = { operation, meanwhile };
    },
    close: async (): Promise<void> => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

export type FakeSecretsManager = Awaited<ReturnType<typeof startFakeSecretsManager>>;
