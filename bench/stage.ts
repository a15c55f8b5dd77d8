import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { startBareDynamo } from '../test/support/bare-dynamo.ts';
import { startDynamoProxy } from '../test/support/dynamo-proxy.ts';
import { type BenchService, makeBenchService } from './bench-service.ts';
import { CORES } from './cores.ts';
import { type MessageSink, startMessageSink } from './message-sink.ts';
import type { Answers, BundledFunction, Place } from './protocol.ts';
import { type Serving, startTarget, type TargetProcess, type Tree } from './start-target.ts';
import { makeTripsOf, type TripsOf } from './trips.ts';

/** A tree with its tables, ready to prepare requests. */
export interface StagedTree {
  tree: Tree;
  /** Where its data is; another stage with the same database and place continues it. */
  place: Place;
  /** AWS's variables of a function that is to reach the database straight. */
  environment: Readonly<Record<string, string>>;
  functions: readonly BundledFunction[];
  service: BenchService;
  /** Takes the mails and SMS that the tree sends. */
  sink: MessageSink;
  /** Unmeasured handlers, which reach the database through the proxy that counts calls. */
  counted: Serving;
  tripsOf: TripsOf;
  /** Starts handlers in a new process on the measured core. */
  startMeasured(): Promise<MeasuredTarget>;
}

/** Measured handlers, and the process that reports its CPU time. */
export type MeasuredTarget = Serving & Answers['serve'] & Pick<TargetProcess, 'ask' | 'stop'>;

/** One database for all trees that are compared. */
export interface Stage {
  /** URL of the database. */
  endpoint: string;
  /**
   * @param scratch an existing directory
   * @param place where the tree's data is already, keys included; a new one where it is left out
   */
  enter(tree: Tree, scratch: string, place?: Place): Promise<StagedTree>;
  close(): Promise<void>;
}

/** The SDK needs credentials; the embedded database accepts any. */
export const CREDENTIALS = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' };

/**
 * Starts the database and the counting proxy on the core of this process.
 *
 * @param databaseFile a database to continue; one in memory where it is left out
 */
export const openStage = async ({ databaseFile }: { databaseFile?: string } = {}): Promise<Stage> => {
  const embedded = await startBareDynamo(databaseFile === undefined ? {} : { databaseFile });
  const proxy = await startDynamoProxy(embedded.endpoint);
  const tripsOf = makeTripsOf(proxy);
  const opened: { close(): void }[] = [];
  let trees = 0;

  return {
    endpoint: embedded.endpoint,
    enter: async (tree, scratch, given) => {
      const sink = await startMessageSink();
      opened.push(sink);
      trees += 1;
      const place = given ?? { tablePrefix: `bench-${trees}`, scratch: mkdtempSync(join(scratch, `tree-${trees}-`)) };
      const environment = (dynamoUrl: string) => ({
        ...CREDENTIALS,
        AWS_ENDPOINT_URL_DYNAMODB: dynamoUrl,
        AWS_ENDPOINT_URL_SES: sink.endpoint,
        AWS_ENDPOINT_URL_SNS: sink.endpoint,
      });
      const helper = await startTarget({ tree, cores: CORES.all, environment: environment(proxy.endpoint) });
      opened.push({ close: helper.stop });
      const { functions } = await helper.ask({ ask: 'prepare', place });
      const counted = await helper.serve(place);
      return {
        tree,
        place,
        environment: environment(embedded.endpoint),
        functions,
        service: makeBenchService({ ...counted, collect: () => helper.ask({ ask: 'collect' }), sink }),
        sink,
        counted,
        tripsOf,
        startMeasured: async () => {
          const target = await startTarget({
            tree,
            cores: CORES.measured,
            environment: environment(embedded.endpoint),
          });
          return { ...(await target.serve(place)), ask: target.ask, stop: target.stop };
        },
      };
    },
    close: async () => {
      for (const part of opened) part.close();
      await proxy.close();
      await embedded.close();
    },
  };
};
