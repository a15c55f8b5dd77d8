import type { Contract } from '../shared/contract/contract.ts';

/**
 * One whole vCPU: argon2id keeps one core busy, and with less it takes longer for much the same price (docs/cost.md).
 * @see Lambda developer guide, "Configure Lambda function memory"
 */
const HASHING_MIB = 1769;
/** Two thirds of a vCPU: an RSA signature of 1.5 ms and a cold start of half a second. */
const KEYS_MIB = 1024;
/** Nothing but JSON and DynamoDB: more memory buys no time that anybody would notice. */
const ORDINARY_MIB = 512;

/** The memory of a flow's function, and with it its share of a CPU, in MiB. */
export const memoryMiBOf = (contract: Contract): number => {
  if (contract.hashing || contract.trigger === 'rotation') return HASHING_MIB;
  return contract.keyring ? KEYS_MIB : ORDINARY_MIB;
};

/** HTTP APIs give up after 30 s; whoever waits for a sign-in has long gone, and a retry inside ends by then. */
const HTTP_SECONDS = 10;
/** A whole batch at once, each message up to 7 s with SES or SNS, and the calls to DynamoDB around it. */
const STREAM_SECONDS = 30;
/** An RSA key of 3072 bits takes seconds, now and then many. */
const ROTATION_SECONDS = 60;

/** API Gateway gives up on an authorizer after 10 s. @see API Gateway quotas for HTTP APIs */
const AUTHORIZER_SECONDS = 10;

/** How long one call of a flow's function may take, in seconds. */
export const timeoutSecondsOf = ({ trigger }: Contract): number =>
  ({ http: HTTP_SECONDS, stream: STREAM_SECONDS, rotation: ROTATION_SECONDS, authorizer: AUTHORIZER_SECONDS })[trigger];
