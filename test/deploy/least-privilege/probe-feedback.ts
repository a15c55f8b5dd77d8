import { addPhone, signedInWithApp } from '../../catalogue/people.ts';
import { bounceOf } from '../mail-event.ts';
import type { Prepare } from './probe.ts';
import { openService } from './service.ts';

const FLOW = 'record-feedback';

/** A recovery mail that bounces, to the owner of a number: the address is marked, and an SMS tells of it. */
export const recordFeedback: Prepare = async (surroundings) => {
  const { deployment, invoke } = surroundings;
  const service = openService(surroundings);
  const owner = await signedInWithApp(service);
  await addPhone(service, owner);
  const Message = await bounceOf(deployment, owner);
  const Sns = { Type: 'Notification', TopicArn: deployment.outputs.MailEventsTopicArn, Message };
  return [
    {
      name: 'a recovery mail that bounces',
      works: async () => {
        const answer = await invoke(FLOW, { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', Sns }] });
        return (answer as { errorType?: string } | null)?.errorType === undefined;
      },
    },
  ];
};
