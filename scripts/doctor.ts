/**
 * Entry point of `npm run doctor` (docs/adr/0080): looks at an account and a deployed stack, and changes nothing. See scripts/doctor/.
 */
import { Resolver } from 'node:dns/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { endpointOf } from '../shared/aws/aws-endpoint.ts';
import { systemClock } from '../shared/lambda/system-clock.ts';
import { csprng } from '../shared/primitives/randomness.ts';
import { STS } from './aws/aws-apis.ts';
import { makeAwsCaller } from './aws/aws-caller.ts';
import { openOperator } from './aws/operator.ts';
import { runCommand } from './command/run-command.ts';
import { browse } from './doctor/browse.ts';
import { openDns } from './doctor/dns.ts';
import { readArguments, USAGE } from './doctor/read-arguments.ts';
import { runDoctor } from './doctor/run-doctor.ts';
import { writeChecked, writeCounts, writeJson } from './doctor/write-diagnosis.ts';

/** A resolver that answers within some seconds, or not at all. @see node:dns, "new Resolver([options])" */
const RESOLVER = { timeout: 2000, tries: 2 };

await runCommand({
  name: 'doctor',
  usage: USAGE,
  readArguments,
  run: async ({ stackName, json }) => {
    const operator = await openOperator();
    try {
      endpointOf(STS, { ...operator.environment, AWS_REGION: operator.region });
    } catch (error) {
      console.error((error as Error).message); // our own, of AWS's variables
      return false;
    }
    const diagnosis = await runDoctor({
      ask: makeAwsCaller({ ...operator, clock: systemClock, randomness: csprng }),
      region: operator.region,
      stackName,
      clock: systemClock,
      browse,
      dns: openDns(new Resolver(RESOLVER)),
      pause: async (ms) => pause(ms),
      tell: (checked, { index, of }) => {
        console.error(`[${index + 1}/${of}] ${checked.title}`);
        if (!json) console.log(writeChecked(checked));
      },
    });
    console.log(json ? writeJson(diagnosis) : writeCounts(diagnosis));
    if (stackName !== null && diagnosis.stack === null && diagnosis.account !== null)
      console.error(`There is no stack ${stackName} in ${operator.region}: the account alone was looked at.`);
    const { fail, unknown } = diagnosis.counts;
    return fail + unknown === 0;
  },
  doneSoFar: 'Nothing was changed',
});
