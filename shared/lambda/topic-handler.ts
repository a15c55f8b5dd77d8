import type { Context, SNSEvent, SNSEventRecord } from 'aws-lambda';
import type { TopicContract } from '../contract/contract.ts';
import { errorName } from '../primitives/error-name.ts';
import type { SettingOf } from '../settings/contract-settings.ts';
import type { SettingsOf } from '../settings/setting-names.ts';
import { connectOnce } from './connect-once.ts';
import type { Runtime } from './runtime.ts';
import { type PortOpeners, provide, type Wiring } from './scope.ts';

/** What SNS calls; a throw means "again later", and in the end a dead letter. */
export type TopicHandler = (event: SNSEvent, context: Context) => Promise<void>;

/** Does what the text of a message asks for; a throw means "again later". */
type HandleMessage = (text: string) => Promise<void>;

/** A message is to be tried again. Lambda writes what a handler throws into the log, so there is nothing in it; our own line names the cause. */
class TopicFailed extends Error {
  override readonly name = 'TopicFailed';
}

/**
 * Makes the Lambda handler of a flow that a topic triggers. A record that names another topic is left, because no try could make it ours:
 * the function's own policy admits no other, and this holds beside it.
 *
 * @param connect opens what the flow needs; begun at cold start, and again at the next message after a failure
 * @see SNS developer guide, "Fanout Amazon SNS notifications to Lambda functions"
 */
const topicHandler = ({
  contract: { flow },
  runtime: { config, log, hooks },
  connect,
}: {
  contract: TopicContract;
  runtime: Runtime<unknown>;
  connect: () => Promise<HandleMessage>;
}): TopicHandler => {
  const connected = connectOnce(connect);

  const isOurs = ({ EventSource, Sns }: SNSEventRecord): boolean =>
    EventSource === 'aws:sns' && Sns?.TopicArn === config.topic;

  const handle = async (record: SNSEventRecord): Promise<boolean> => {
    if (!isOurs(record)) {
      log('error', 'mail-feedback-failed', { flow, error_name: 'OtherTopic' });
      return true;
    }
    try {
      const handleMessage = await connected();
      await hooks.beforeInvoke();
      await handleMessage(record.Sns.Message);
      return true;
    } catch (error) {
      log('error', 'mail-feedback-failed', { flow, error_name: errorName(error) });
      return false;
    }
  };

  return async ({ Records }) => {
    const done = await Promise.all((Array.isArray(Records) ? Records : []).map(handle));
    await hooks.afterInvoke(); // with the answer the process may be frozen
    if (done.includes(false)) throw new TopicFailed();
  };
};

/** Makes a topic's handler of a flow. @param input what the flow is asked, of the message's text */
export const serveTopic =
  <Of extends TopicContract, Input, Used extends object, Openers extends PortOpeners = object>({
    contract,
    flow,
    input,
    ports,
    uses,
  }: Wiring<Of, Openers, Used, (input: Input) => Promise<void>> & { input: (text: string) => Input }) =>
  (runtime: Runtime<SettingsOf<SettingOf<Of>>>): TopicHandler =>
    topicHandler({
      contract,
      runtime,
      connect: async () => {
        const handle = flow(await provide(runtime, { ports, uses }));
        return (text) => handle(input(text));
      },
    });
