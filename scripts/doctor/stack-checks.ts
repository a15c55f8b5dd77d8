import { LIST_SUBSCRIPTIONS, subscriptionsOf } from '../aws/subscriptions.ts';
import type { Check } from './check.ts';
import { outputOf, resourcesOf } from './deployed-stack.ts';
import { fail, ok, unknown, warn } from './finding.ts';
import {
  DESCRIBE_DRIFT_DETECTION,
  DESCRIBE_DRIFTS,
  DESCRIBE_SECRET,
  DETECT_DRIFT,
  GET_EVENT_SOURCE_MAPPING,
} from './operations.ts';

/** The service's own stack has some 400 resources; the comparison takes a few minutes. @see CloudFormation user guide, "Detect drift on an entire stack" */
const DRIFT_WAIT = { everyMs: 5_000, times: 60 };

const at = (epochSeconds: number): string => new Date(epochSeconds * 1000).toISOString().slice(0, 10);

/** Whether the last deployment went through, and whether the stack can be deleted by mistake. */
export const stackStatus: Check = {
  id: 'stack',
  title: 'The stack',
  asks: [],
  run: async ({ stack }) => {
    const { name, status, isProtected } = await stack();
    if (!/^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status))
      return status.endsWith('_IN_PROGRESS')
        ? warn(`${name} is being changed (${status}).`, 'Wait, and run this again.')
        : fail(
            `The last deployment of ${name} did not go through (${status}).`,
            'docs/operating.md, "If the first deployment fails" and "Roll back".',
          );
    return isProtected
      ? ok(`${name} is deployed, and protected against deletion.`)
      : warn(
          `${name} is deployed, and can be deleted by mistake.`,
          `aws cloudformation update-termination-protection --enable-termination-protection --stack-name ${name}`,
        );
  },
};

/** Changes that were made past the stack. CloudFormation leaves out what nested stacks have: the alarms of flows, the rollout. */
export const stackDrift: Check = {
  id: 'stack-drift',
  title: 'Changes made past the stack',
  asks: [DETECT_DRIFT, DESCRIBE_DRIFT_DETECTION, DESCRIBE_DRIFTS],
  settles: 'Probe 7: a fresh deployment has no drift',
  run: async ({ ask, stack, pause }) => {
    const { name: StackName } = await stack();
    const { StackDriftDetectionId } = await ask(DETECT_DRIFT, { StackName });
    let found = await ask(DESCRIBE_DRIFT_DETECTION, { StackDriftDetectionId });
    for (let times = 0; found.DetectionStatus === 'DETECTION_IN_PROGRESS'; times += 1) {
      if (times === DRIFT_WAIT.times)
        return unknown('CloudFormation has not finished in five minutes.', 'Run this again later.');
      await pause(DRIFT_WAIT.everyMs);
      found = await ask(DESCRIBE_DRIFT_DETECTION, { StackDriftDetectionId });
    }
    const drifted: string[] = [];
    const statuses = {
      'StackResourceDriftStatusFilters.member.1': 'MODIFIED',
      'StackResourceDriftStatusFilters.member.2': 'DELETED',
    };
    let NextToken: string | undefined;
    do {
      const page = await ask(DESCRIBE_DRIFTS, { StackName, ...statuses, ...(NextToken && { NextToken }) });
      for (const { LogicalResourceId, ResourceType, StackResourceDriftStatus } of page.StackResourceDrifts)
        drifted.push(`${LogicalResourceId} (${ResourceType}, ${StackResourceDriftStatus})`);
      ({ NextToken } = page);
    } while (NextToken);
    if (drifted.length > 0)
      return warn(
        `These differ from the template: ${drifted.join(', ')}.`,
        `aws cloudformation describe-stack-resource-drifts --stack-name ${StackName} shows how. Undo what was changed by hand, or deploy again.`,
      );
    return found.DetectionStatus === 'DETECTION_COMPLETE'
      ? ok("Everything in the service's own stack is as it was deployed.")
      : unknown(
          'CloudFormation could not read every resource, because it reads with your permissions; what it read is as it was deployed.',
          "For this check alone, use AWS's policy ReadOnlyAccess.",
        );
  },
};

/** Whether the keyring was made, and goes on being rotated. */
export const keyring: Check = {
  id: 'keyring',
  title: 'The keyring',
  asks: [DESCRIBE_SECRET],
  run: async ({ ask, stack, clock }) => {
    const arn = outputOf(await stack(), 'KeyringArn');
    const secret = await ask(DESCRIBE_SECRET, { SecretId: arn });
    const rotate = `aws secretsmanager rotate-secret --secret-id ${arn}`;
    if (secret.DeletedDate !== undefined)
      return fail(
        'The keyring is to be deleted: every session would end, and factors would be lost.',
        `aws secretsmanager restore-secret --secret-id ${arn}`,
      );
    if (secret.LastRotatedDate === undefined)
      return fail('The keyring has no keys yet: flows answer 503.', `If the deployment is five minutes old: ${rotate}`);
    if (secret.RotationEnabled !== true) return fail('The keyring is not rotated any more.', 'Deploy again.');
    const next = secret.NextRotationDate;
    if (next !== undefined && next < clock.nowSeconds())
      return warn(`The keyring should have got new keys on ${at(next)}.`, `docs/runbook.md, rotation; then ${rotate}`);
    return ok(
      `The keyring got keys on ${at(secret.LastRotatedDate)}${next === undefined ? '' : `, and gets new ones on ${at(next)}`}.`,
    );
  },
};

/** What Lambda says of a batch that went well, or that there was none. @see Lambda API Reference, EventSourceMappingConfiguration */
const WENT_WELL = /^(?:OK|No records processed)$/;

/** Whether streams wake their functions: without it no message goes out. */
export const eventSources: Check = {
  id: 'event-sources',
  title: 'Streams that wake functions',
  asks: [GET_EVENT_SOURCE_MAPPING],
  run: async ({ ask, stack }) => {
    const ids = resourcesOf(await stack(), 'AWS::Lambda::EventSourceMapping');
    if (ids.length === 0)
      return fail('The stack has no mapping of a stream to a function: no message goes out.', 'Deploy again.');
    const mappings = await Promise.all(
      ids.map(async (UUID) => ({ UUID, ...(await ask(GET_EVENT_SOURCE_MAPPING, { UUID })) })),
    );
    const asleep = mappings.filter(({ State }) => State !== 'Enabled');
    if (asleep.length > 0)
      return fail(
        asleep
          .map(
            ({ UUID, State, StateTransitionReason: why = 'no reason' }) => `The mapping ${UUID} is ${State} (${why}).`,
          )
          .join(' '),
        asleep.map(({ UUID }) => `aws lambda update-event-source-mapping --uuid ${UUID} --enabled`).join('\n'),
      );
    const troubled = mappings.filter(({ LastProcessingResult: result = 'OK' }) => !WENT_WELL.test(result));
    return troubled.length > 0
      ? warn(
          troubled
            .map(({ UUID, LastProcessingResult }) => `The mapping ${UUID} says: ${LastProcessingResult}.`)
            .join(' '),
          'docs/runbook.md, outbox-age.',
        )
      : ok(`All ${mappings.length} mappings are active.`);
  },
};

/** Whether anybody is told of an alarm. */
export const alarmSubscriptions: Check = {
  id: 'alarm-subscriptions',
  title: 'Who is told of alarms',
  asks: [LIST_SUBSCRIPTIONS],
  run: async ({ ask, stack }) => {
    const TopicArn = outputOf(await stack(), 'AlarmTopicArn');
    const all = await subscriptionsOf(ask, TopicArn);
    const confirmed = all.filter(({ isConfirmed }) => isConfirmed);
    const pending = all.filter(({ isConfirmed }) => !isConfirmed).map(({ endpoint }) => endpoint);
    const confirm = `Confirm by the link in the mail that SNS has sent to ${pending.join(', ')}; after three days, subscribe anew.`;
    if (confirmed.length === 0)
      return fail(
        'Nobody is told of alarms.',
        pending.length > 0 ? confirm : `Set deployment.alarmEmail, or subscribe to ${TopicArn}.`,
      );
    return pending.length > 0
      ? warn(`${pending.join(', ')} is told of no alarm yet.`, confirm)
      : ok(`${confirmed.length === 1 ? 'One subscriber is' : `${confirmed.length} subscribers are`} told of alarms.`);
  },
};
