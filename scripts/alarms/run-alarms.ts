import { AwsRefused } from '../aws/aws-operation.ts';
import type { Subscription } from '../aws/subscriptions.ts';
import { plain } from '../command/terminal-text.ts';
import type { Alarms, DeployedAlarm } from './open-alarms.ts';
import type { AlarmsArguments } from './read-arguments.ts';
import { tryAlarms } from './try-alarms.ts';

export interface RunAlarms {
  asked: AlarmsArguments;
  alarms: Alarms;
  /** Asks the operator. */
  ask: (question: string) => Promise<boolean>;
  /** Takes one line for the operator. */
  say: (line: string) => void;
  pause: (ms: number) => Promise<void>;
}

/** A topic, and whom it tells. */
interface Told {
  topic: string;
  /** `null` where that is not known: the topic may be another account's. */
  subscriptions: readonly Subscription[] | null;
  /** Why not, by AWS's code; empty where it is known. */
  failed: string;
}

const whoIsTold = async (alarms: Alarms, topic: string): Promise<Told> => {
  try {
    return { topic, subscriptions: await alarms.subscriptions(topic), failed: '' };
  } catch (error) {
    if (!(error instanceof AwsRefused)) throw error;
    return { topic, subscriptions: null, failed: error.code };
  }
};

/** Whether somebody gets what it is told; assumed where that is not known. */
const reachesSomebody = ({ subscriptions }: Told): boolean =>
  subscriptions === null || subscriptions.some(({ isConfirmed }) => isConfirmed);

/** Endpoints are what others subscribed with. */
const sayTold = ({ topic, subscriptions, failed }: Told): string[] => {
  if (subscriptions === null) return [plain(`${topic}: whom it tells is not known (${failed})`)];
  if (subscriptions.length === 0) return [`${topic}: tells nobody; set deployment.alarmEmail and deploy, or subscribe`];
  return subscriptions.map(({ protocol, endpoint, isConfirmed }) =>
    plain(
      `${topic}: tells ${protocol} ${endpoint}${isConfirmed ? '' : ', who has not confirmed yet and gets nothing'}`,
    ),
  );
};

const counted = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** Those in ALARM first. */
const inOrder = (a: DeployedAlarm, b: DeployedAlarm): number =>
  Number(b.state === 'ALARM') - Number(a.state === 'ALARM') ||
  a.heading.localeCompare(b.heading) ||
  a.name.localeCompare(b.name);

const noneFound = ({ stack, only }: AlarmsArguments, all: readonly DeployedAlarm[]): string => {
  if (all.length === 0) return `There are no alarms of a stack ${stack} in this region: check --stack and AWS_REGION.`;
  const headings = [...new Set(all.map(({ heading }) => heading))].toSorted();
  return `${stack} has none of ${only.join(', ')}, but these: ${headings.join(', ')}.`;
};

/**
 * Lists the alarms of a stack, and sets each off once where that is asked for and the operator agrees.
 *
 * @returns whether every alarm reaches somebody, and with `--try` whether each was set off
 * @throws AwsRefused; an alarm that is set off then goes back by itself
 */
export const runAlarms = async ({ asked, alarms, ask, say, pause }: RunAlarms): Promise<boolean> => {
  const { stack, only, tries, yes } = asked;
  const all = await alarms.list(stack);
  const found = all.filter(({ heading }) => only.length === 0 || only.includes(heading)).toSorted(inOrder);
  if (found.length === 0) {
    say(noneFound(asked, all));
    return false;
  }

  const told: Told[] = [];
  for (const topic of new Set(found.flatMap(({ topics }) => topics))) told.push(await whoIsTold(alarms, topic));
  const heard = new Set(told.filter(reachesSomebody).map(({ topic }) => topic));
  const [silent, loud] = [false, true].map((isHeard) =>
    found.filter(({ topics }) => topics.some((topic) => heard.has(topic)) === isHeard),
  ) as [DeployedAlarm[], DeployedAlarm[]];
  const ringing = found.filter(({ state }) => state === 'ALARM');

  for (const { state, heading, name, topics } of found)
    say(
      plain(`${state.padEnd(18)}${heading.padEnd(20)} ${name}${topics.length === 0 ? ', whose actions are off' : ''}`),
    );
  for (const line of told.flatMap(sayTold)) say(line);
  say(`${counted(found.length, 'alarm')}: ${ringing.length} in ALARM, ${silent.length} that nobody is told of.`);
  if (!tries) return silent.length === 0;

  const tried = loud.filter(({ state }) => state !== 'ALARM');
  if (tried.length === 0) {
    say('There is none to try: each is in ALARM already, or tells nobody.');
    return false;
  }
  const question = `Set off ${counted(tried.length, 'alarm')}, each with a message to all who are told? Not while a deployment runs: it may take one for its own failure.`;
  if (!yes && !(await ask(question))) {
    say('Nothing was set off.');
    return false;
  }
  await tryAlarms({ tried, alarms, say, pause });
  say(
    `${counted(tried.length, 'message')} should be there now, each with the subject ALARM: "<name>" and "A trial" as its reason. Count them.`,
  );
  for (const { name } of ringing) say(`${name} was left out: it is in ALARM, and tells of nothing new.`);
  return tried.length === found.length;
};
