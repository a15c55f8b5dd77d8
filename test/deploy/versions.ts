import { callAws } from './aws-call.ts';
import type { Deployment } from './deployment.ts';

/** What of a function is called. */
export interface Called {
  /** The number of the version that its alias `live` has; `$LATEST` would be none. */
  live: string;
  /** All that are published, in their order. */
  published: readonly string[];
}

/** A reader of a stream. */
export interface Reader {
  id: string;
  /** Ends in the name of an alias. */
  functionArn: string;
}

const read = async <Answer>(deployment: Deployment, path: string): Promise<Answer> =>
  JSON.parse(await callAws(deployment, { service: 'lambda', method: 'GET', path: `/2015-03-31/${path}` })) as Answer;

/** What is called of each flow, by its name. */
export const readVersions = async (deployment: Deployment): Promise<Map<string, Called>> => {
  const entries = [...deployment.functions].map(async ([flow, { functionName }]) => {
    const [{ FunctionVersion: live }, { Versions }] = await Promise.all([
      read<{ FunctionVersion: string }>(deployment, `functions/${functionName}/aliases/live`),
      read<{ Versions: { Version: string }[] }>(deployment, `functions/${functionName}/versions`),
    ]);
    const published = Versions.map(({ Version }) => Version).filter((version) => version !== '$LATEST');
    return [flow, { live, published }] as const;
  });
  return new Map(await Promise.all(entries));
};

/** The readers of the outbox's stream. */
export const readReaders = async (deployment: Deployment): Promise<Reader[]> => {
  const { EventSourceMappings } = await read<{ EventSourceMappings: { UUID: string; FunctionArn: string }[] }>(
    deployment,
    'event-source-mappings/',
  );
  return EventSourceMappings.map(({ UUID: id, FunctionArn: functionArn }) => ({ id, functionArn })).toSorted((a, b) =>
    a.functionArn.localeCompare(b.functionArn),
  );
};
