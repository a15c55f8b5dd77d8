import { redriveOutbox } from '../../scripts/redrive/redrive-outbox.ts';
import { startFakeSqs } from './fake-sqs.ts';
import { jsonBody, loadEvent } from './load-event.ts';
import { removeRows } from './table-writer.ts';
import { startWorld } from './world.ts';

/** Seconds after which this world gives a message up. */
export const RETRY_SECONDS = 3600;

/** Starts a world with a dead-letter queue and a redrive. */
export const startRedriveWorld = async () => {
  let nowMs = (): number => 0;
  const sqs = await startFakeSqs(() => nowMs());
  process.env.AWS_ENDPOINT_URL_SQS = sqs.url;
  const world = await startWorld({
    settings: { messages: { retrySeconds: RETRY_SECONDS }, sms: { dailyBudgetUsd: 1000 } },
    deadLetters: sqs.queueUrl,
  });
  nowMs = world.clock.nowMs;
  let people = 0;

  const newcomer = async (): Promise<string> => {
    people += 1;
    const email = `newcomer-${people}@example.com`;
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));
    return email;
  };
  const sesFails = (error: string) => world.setFault({ service: 'ses', next: 1000, error });
  const sesIsWell = () => world.setFault({ service: 'ses', next: 0, error: 'none' });

  return {
    world,
    sqs,
    /** Requests a sign-up. @returns the address */
    newcomer,
    sesFails,
    sesIsWell,
    /** Requests a sign-up whose mail SES rejected some time ago; SES works again. @returns the address */
    rejected: async (): Promise<string> => {
      const email = await newcomer();
      await sesFails('MessageRejected');
      await world.deliver();
      await sesIsWell();
      world.clock.advance(120);
      return email;
    },
    askRecovery: (email: string) =>
      world.call('request-recovery', loadEvent('request-recovery/json', jsonBody({ email }))),
    /** Redrives as an operator does. @returns the printed lines without the progress */
    redrive: async ({ dryRun = false } = {}): Promise<string[]> => {
      const lines: string[] = [];
      await redriveOutbox({
        table: world.tables.outbox,
        queueUrl: sqs.queueUrl,
        dryRun,
        clock: world.clock,
        say: (line) => lines.push(line),
      });
      return lines.filter((line) => !line.startsWith('…'));
    },
    mailsTo: async (address: string): Promise<number> => (await world.mailsTo(address)).length,
    /** Empties outbox and queue. */
    tidy: async (): Promise<void> => {
      await sesIsWell();
      await removeRows(world, 'outbox', await world.rows('outbox'));
      sqs.empty();
    },
    close: async (): Promise<void> => {
      delete process.env.AWS_ENDPOINT_URL_SQS;
      await world.close();
      await sqs.close();
    },
  };
};

export type RedriveWorld = Awaited<ReturnType<typeof startRedriveWorld>>;
