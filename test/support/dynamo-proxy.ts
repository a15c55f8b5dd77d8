import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call to DynamoDB. */
export interface DynamoCall {
  operation: string;
  body: Record<string, unknown>;
  /** DynamoDB's own figure, if the call asks for it; capacity units by table. */
  consumedCapacity: number;
  /** Whether its answer has been passed on. */
  isAnswered: boolean;
}

/** A fault in place of an answer. */
export interface DynamoFault {
  /** Only calls of this operation; `null` for all. */
  operation: string | null;
  /** Number of calls to let pass before. */
  after: number;
  /** Number of calls that fail. */
  times: number;
  kind:
    | 'server-error'
    | 'throttle'
    | 'reset'
    /** Another transaction holds one of the rows. */
    | 'conflict'
    /** The role lacks the permission; retries don't help. */
    | 'access-denied'
    /** The call is executed, but its answer is lost. */
    | 'lost-answer'
    /** The call arrives and is never answered. */
    | 'silence';
}

/** An action in the middle of a call. */
interface DynamoInterruption {
  /** Selects the call to hold back; only the first match is held. */
  fits(call: DynamoCall): boolean;
  /** Runs before the held call is passed on; calls made meanwhile pass. */
  meanwhile(): Promise<unknown>;
}

/** A proxy between the SDK and the database that records calls and injects faults. */
export interface DynamoProxy {
  endpoint: string;
  calls: DynamoCall[];
  fail(fault: DynamoFault): void;
  /** Plays a race in a fixed order; `meanwhile` must be quicker than the SDK's timeout. */
  interrupt(interruption: DynamoInterruption): void;
  heal(): void;
  close(): Promise<void>;
}

const CONFLICT = { __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException' };

const faultBody = (kind: DynamoFault['kind'], body: Record<string, unknown>): { status: number; body: object } => {
  const message = `of ${JSON.stringify(body)}`; // DynamoDB's own messages can quote the request
  if (kind === 'server-error')
    return { status: 500, body: { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message } };
  if (kind === 'throttle') {
    const __type = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException';
    return { status: 400, body: { __type, message } };
  }
  if (kind === 'access-denied') {
    return { status: 400, body: { __type: 'com.amazon.coral.service#AccessDeniedException', message } };
  }
  if (!Array.isArray(body.TransactItems)) {
    return { status: 400, body: { __type: 'com.amazonaws.dynamodb.v20120810#TransactionConflictException', message } };
  }
  const items: unknown[] = body.TransactItems;
  const CancellationReasons = items.map((_, index) => ({ Code: index === 0 ? 'TransactionConflict' : 'None' }));
  return { status: 400, body: { ...CONFLICT, message, CancellationReasons } };
};

const capacityOf = (answer: string): number => {
  const { ConsumedCapacity: consumed } = JSON.parse(answer || '{}') as { ConsumedCapacity?: unknown };
  const all = (Array.isArray(consumed) ? consumed : [consumed]) as ({ CapacityUnits?: number } | undefined)[];
  return all.reduce((sum, one) => sum + (one?.CapacityUnits ?? 0), 0);
};

/** Starts it on a free port of 127.0.0.1. @param target the database's endpoint */
export const startDynamoProxy = async (target: string): Promise<DynamoProxy> => {
  const calls: DynamoCall[] = [];
  let faults: DynamoFault[] = [];
  let interruptions: DynamoInterruption[] = [];

  const interrupted = async (call: DynamoCall): Promise<void> => {
    const interruption = interruptions.find(({ fits }) => fits(call));
    interruptions = interruptions.filter((one) => one !== interruption);
    await interruption?.meanwhile();
  };

  const faultFor = (operation: string): DynamoFault | undefined => {
    const fault = faults.find((one) => one.operation === null || one.operation === operation);
    if (!fault) return undefined;
    if (fault.after > 0) {
      fault.after -= 1;
      return undefined;
    }
    fault.times -= 1;
    if (fault.times === 0) faults = faults.filter((one) => one !== fault);
    return fault;
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
      const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>;
      const call: DynamoCall = { operation, body, consumedCapacity: 0, isAnswered: false };
      calls.push(call);
      void interrupted(call).then(
        () => answerTo(call),
        () => request.socket.destroy(),
      );
    });

    const answerTo = (call: DynamoCall): void => {
      const { operation, body } = call;
      const fault = faultFor(operation);
      if (fault?.kind === 'reset') return void request.socket.destroy();
      if (fault?.kind === 'silence') return;
      if (fault && fault.kind !== 'lost-answer') {
        const answer = faultBody(fault.kind, body);
        response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
        return void response.end(JSON.stringify(answer.body));
      }

      const sent = Buffer.from(JSON.stringify({ ...body, ReturnConsumedCapacity: 'TOTAL' }));
      const headers = { ...request.headers, 'content-length': String(sent.length) };
      const onward = httpRequest(target, { method: 'POST', headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => {
          const bytes = Buffer.concat(parts);
          call.isAnswered = true;
          if (answer.statusCode === 200) call.consumedCapacity = capacityOf(bytes.toString());
          if (fault?.kind === 'lost-answer') return void request.socket.destroy();
          response.writeHead(answer.statusCode ?? 500, { 'content-type': 'application/x-amz-json-1.0' });
          response.end(bytes);
        });
      });
      onward.on('error', () => response.destroy());
      onward.end(sent);
    };
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    fail: (fault) => faults.push({ ...fault }),
    interrupt: (interruption) => interruptions.push(interruption),
    heal: () => {
      faults = [];
      interruptions = [];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
