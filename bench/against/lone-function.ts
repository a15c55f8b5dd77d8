/**
 * One bundle alone in a process, as Lambda has it, with nothing of the benchmark's beside it: its memory is the function's.
 * Events come over IPC, one at a time. It is started with the Node of the commit that the bundle is of.
 */
import { createRequire } from 'node:module';

/** What it is asked: to handle an event, or how much memory it has. */
export type LoneQuestion = { event: unknown; requestId: string } | 'memory';

/** Its answer; `memory` in resident bytes after a garbage collection. */
export type LoneReply = { result: unknown } | { residentBytes: number } | { error: string };

/** What the gateway gives a function. */
const REMAINING_MS = 10_000;

const { handler } = createRequire(import.meta.url)(process.argv[2] ?? '') as {
  handler: (event: unknown, context: unknown) => Promise<unknown>;
};

const answer = async (question: LoneQuestion): Promise<LoneReply> => {
  if (question === 'memory') {
    globalThis.gc?.();
    return { residentBytes: process.memoryUsage.rss() };
  }
  const context = { awsRequestId: question.requestId, getRemainingTimeInMillis: () => REMAINING_MS };
  return { result: await handler(question.event, context) };
};

process.on('message', (question: LoneQuestion) => {
  answer(question).then(
    (reply) => process.send?.(reply),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  );
});
