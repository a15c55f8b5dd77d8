import pLimit from 'p-limit';
import type { Clock } from '../../shared/primitives/clock.ts';
import { type AskAws, AwsRefused } from '../aws/aws-operation.ts';
import { GET_CALLER_IDENTITY } from '../aws/get-caller-identity.ts';
import type { Browse } from './browse.ts';
import type { Check, Examination } from './check.ts';
import { ACCOUNT_CHECKS, STACK_CHECKS } from './checks.ts';
import { type DeployedSettings, type DeployedStack, readSettings, readStack } from './deployed-stack.ts';
import type { Dns } from './dns.ts';
import type { CheckStatus, Finding } from './finding.ts';
import { Unread, unreadBy } from './unread.ts';

/** Checks at a time: most wait for AWS, and its describing calls are throttled by the account. */
const AT_ONCE = 5;

/** A check, and what came of it. */
export type Checked = Pick<Check, 'id' | 'title' | 'settles'> & Finding;

/** What the whole command found out. */
export interface Diagnosis {
  /** `null` where AWS does not say. */
  account: string | null;
  region: string;
  /** The stack's name; `null` where the account alone was looked at. */
  stack: string | null;
  checks: readonly Checked[];
  counts: Readonly<Record<CheckStatus, number>>;
}

/** What it is run with. */
export interface RunDoctor {
  ask: AskAws;
  region: string;
  /** Name of the stack; `null` to look at the account alone. */
  stackName: string | null;
  clock: Clock;
  browse: Browse;
  dns: Dns;
  /** @param ms milliseconds */
  pause: (ms: number) => Promise<void>;
  /** Takes each check in the order of the list, as soon as it and those before it are done. */
  tell: (checked: Checked, place: { index: number; of: number }) => void;
}

/** Asks once, however many want to know. */
const once = <Answer>(ask: () => Promise<Answer>): (() => Promise<Answer>) => {
  let answer: Promise<Answer> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
};

/** Lets a check ask what it says that it asks, so that the policy in the handbook is all that it takes. */
const only =
  ({ id, asks }: Check, ask: AskAws): AskAws =>
  (operation, ...rest) => {
    if (!asks.includes(operation)) throw new Error(`the check ${id} does not name ${operation.name}`);
    return ask(operation, ...rest);
  };

/** Who runs it. */
const who: Check = {
  id: 'caller',
  title: 'Your credentials',
  asks: [GET_CALLER_IDENTITY],
  run: async ({ ask, region }) => {
    const { Arn, Account } = await ask(GET_CALLER_IDENTITY);
    return {
      status: 'ok',
      sentence: `You are ${Arn}, in the account ${Account} and the region ${region}.`,
      whatToDo: null,
    };
  },
};

const check = async (one: Check, on: Examination): Promise<Checked> => {
  const { id, title, settles } = one;
  const finding = await one.run({ ...on, ask: only(one, on.ask) }).catch(unreadBy);
  return { id, title, ...(settles !== undefined && { settles }), ...finding };
};

const count = (checks: readonly Checked[]): Diagnosis['counts'] => {
  const counts = { ok: 0, warn: 0, fail: 0, unknown: 0 };
  for (const { status } of checks) counts[status] += 1;
  return counts;
};

/** The account's number, and whether AWS takes the credentials at all: without it every check would say the same. */
const identify = async (ask: AskAws): Promise<{ account: string | null; isTaken: boolean }> => {
  try {
    return { account: (await ask(GET_CALLER_IDENTITY)).Account, isTaken: true };
  } catch (error) {
    return { account: null, isTaken: !(error instanceof AwsRefused && error.refusal === 'credentials') };
  }
};

/**
 * Looks at an account and a stack, and changes nothing of either.
 *
 * @returns what was found out; `checks` has one entry alone where AWS does not take the credentials
 */
export const runDoctor = async (run: RunDoctor): Promise<Diagnosis> => {
  const { ask, region, stackName, clock, browse, dns, pause, tell } = run;
  const { account, isTaken } = await identify(ask);

  const stack = once(() => (stackName === null || !isTaken ? Promise.resolve(null) : readStack(ask, stackName)));
  const isThere = await stack().then(
    (found) => found !== null,
    () => true, // it can't be read: its checks say why
  );
  const present = async (): Promise<DeployedStack> => {
    const found = await stack();
    if (found) return found;
    throw new Unread('There is no stack yet.', 'Deploy first.');
  };
  const settings = once(async (): Promise<DeployedSettings | null> => {
    const found = await stack();
    return found && readSettings(ask, found);
  });
  const on: Examination = { ask, region, clock, browse, dns, pause, stack: present, settings };

  const list = [who, ...(isTaken ? ACCOUNT_CHECKS : []), ...(isTaken && isThere ? STACK_CHECKS : [])];
  const gate = pLimit(AT_ONCE);
  const underWay = list.map((one) => gate(() => check(one, on)));
  const checks: Checked[] = [];
  for (const [index, one] of underWay.entries()) {
    const checked = await one;
    tell(checked, { index, of: list.length });
    checks.push(checked);
  }
  return { account, region, stack: isThere && isTaken ? stackName : null, checks, counts: count(checks) };
};
