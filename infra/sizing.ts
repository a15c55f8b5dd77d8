import type { Contract } from '../shared/contract/contract.ts';

/**
 * One whole vCPU: argon2id keeps one core busy, and less memory takes longer for nearly the same price (docs/cost.md).
 * @see Lambda developer guide, "Configure Lambda function memory"
 */
const HASHING_MIB = 1769;
/** Two thirds of a vCPU, for RSA signatures of 1.0 ms and cold starts of half a second. */
const KEYS_MIB = 1024;
/** For JSON and DynamoDB alone; more memory would not make these flows noticeably faster. */
const ORDINARY_MIB = 512;

/** Memory of a flow's function in MiB, which also sets its share of a CPU. */
export const memoryMiBOf = (contract: Contract): number => {
  // What a schedule calls waits for nobody: a hash there may take three times as long, for the same price.
  if (contract.trigger === 'rotation' || (contract.hashing && contract.trigger !== 'schedule')) return HASHING_MIB;
  return contract.keyring ? KEYS_MIB : ORDINARY_MIB;
};

/** Long enough for all retries inside a request. An HTTP API itself waits 30 s. */
const HTTP_SECONDS = 10;
/** One batch in parallel: up to 7 s for a message with SES or SNS, and the DynamoDB calls around it. */
const STREAM_SECONDS = 30;
/** Generating a 3072-bit RSA key takes seconds, sometimes many. */
const ROTATION_SECONDS = 60;

/** One message of a topic, with the DynamoDB calls that it causes. */
const TOPIC_SECONDS = 30;
/** A part of the work that is due; what is left waits for the next run. */
const SCHEDULE_SECONDS = 60;

/** API Gateway's timeout for a Lambda authorizer. @see API Gateway quotas for HTTP APIs */
const AUTHORIZER_SECONDS = 10;

/** Timeout of a flow's function in seconds. */
export const timeoutSecondsOf = ({ trigger }: Pick<Contract, 'trigger'>): number =>
  ({
    http: HTTP_SECONDS,
    stream: STREAM_SECONDS,
    rotation: ROTATION_SECONDS,
    authorizer: AUTHORIZER_SECONDS,
    topic: TOPIC_SECONDS,
    schedule: SCHEDULE_SECONDS,
  })[trigger];
