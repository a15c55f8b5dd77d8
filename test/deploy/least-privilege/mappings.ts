import { deliverMessages as contract } from '../../../functions/deliver-messages/contract.ts';
import { callAws } from '../aws-call.ts';
import type { Surroundings } from './surroundings.ts';

const MAPPINGS_PATH = '/2015-03-31/event-source-mappings/';

/** What wakes the function that delivers: the event source mappings, one per channel. */
export interface Mappings {
  /** Off, no message is delivered but by a call of the function. */
  turn(how: 'on' | 'off'): Promise<void>;
  /** Lambda's results of reading the stream since the mappings were enabled. */
  states(): Promise<string[]>;
}

/** Finds them. @throws Error where a channel has none */
export const openMappings = async ({ deployment }: Surroundings): Promise<Mappings> => {
  const call = async <Answer>(method: string, path: string, body = ''): Promise<Answer> =>
    JSON.parse(
      await callAws(deployment, { service: 'lambda', method, path: `${MAPPINGS_PATH}${path}`, body }),
    ) as Answer;
  const { functionName } = deployment.functions.get(contract.flow) ?? {};
  const listed = await call<{ EventSourceMappings: { UUID: string }[] }>('GET', `?FunctionName=${functionName}`);
  const ids = listed.EventSourceMappings.map(({ UUID }) => UUID);
  if (ids.length < contract.channels.length) throw new Error('not every channel wakes the function that delivers');
  return {
    turn: async (how) => {
      await Promise.all(ids.map((id) => call('PUT', id, JSON.stringify({ Enabled: how === 'on' }))));
    },
    states: async () =>
      Promise.all(
        ids.map(async (id) => (await call<{ LastProcessingResult: string }>('GET', id)).LastProcessingResult),
      ),
  };
};
