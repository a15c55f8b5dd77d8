import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as manifest from '../../functions/manifest.ts';
import { type GatewayHandler, startGateway } from '../../local/gateway/start-gateway.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { gatewayRoutesOf } from '../../shared/contract/gateway-routes.ts';
import { CORES, onCores } from '../cores.ts';
import { runLoad, send } from '../http-load.ts';
import type { BundledFunction } from '../protocol.ts';
import type { Scenario } from '../scenario.ts';
import type { StagedTree } from '../stage.ts';
import { type Serving, TargetLost } from '../start-target.ts';
import { ALONE_FLOWS } from '../targets.ts';
import type { LoneQuestion, LoneReply } from './lone-function.ts';
import { oneByOne, type Pair } from './pair.ts';

const OPERATIONS = 2000;

const PROGRAM = fileURLToPath(new URL('./lone-function.ts', import.meta.url));

const contracts = Object.values(manifest) as Contract[];

/** A function alone in its process, behind the laptop's gateway in this one. */
interface LoneFunction {
  call: Serving['call'];
  residentBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** Lambda's environment of a function, its database and sinks included. */
const environmentOf = ({ functions, environment }: StagedTree, flow: string): Record<string, string> => {
  const { PATH = '' } = process.env;
  return { PATH, ...environment, ...functions.find(({ name }) => name === flow)?.environment };
};

const startLoneFunction = async (staged: StagedTree, { name, file }: BundledFunction): Promise<LoneFunction> => {
  const contract = contracts.find(({ flow }) => flow === name);
  if (contract?.trigger !== 'http') throw new Error(`${name} has no route`);
  const [command, ...args] = onCores(CORES.measured, [staged.tree.node, '--expose-gc', PROGRAM, file]);
  const child = spawn(command, args, {
    env: environmentOf(staged, name),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const ask = async (question: LoneQuestion): Promise<LoneReply> => {
    const arrives = Promise.race([
      once(child, 'message').then(([reply]) => reply as LoneReply),
      ended.then((): LoneReply => ({ error: `the function ${name} of ${staged.tree.name} ended` })),
    ]);
    child.send(question, () => undefined); // a send fails only where the process has ended
    const reply = await arrives;
    if ('error' in reply) throw new Error(reply.error);
    return reply;
  };
  const target: GatewayHandler = async (event, { awsRequestId: requestId }) => {
    const reply = await ask({ event, requestId });
    return 'result' in reply ? reply.result : null;
  };
  const routes = gatewayRoutesOf(contract).map(({ method, path }) => ({ method, path, target }));
  const { port, close } = await startGateway({ port: 0, routes, allowedOrigins: [] });
  return {
    call: (request, expectedStatus = 200) => send(port, request, expectedStatus),
    residentBytes: async () => {
      const reply = await ask('memory');
      return 'residentBytes' in reply ? reply.residentBytes : Number.NaN;
    },
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      await close();
    },
  };
};

/** Resident bytes of a function after its operations, one at a time as Lambda has them. */
const residentBytesOf = async (scenario: Scenario, staged: StagedTree, bundle: BundledFunction): Promise<number> => {
  const operate = await scenario.prepare({ service: staged.service, calls: OPERATIONS, perCall: 1 });
  const lone = await startLoneFunction(staged, bundle);
  try {
    const deliver = () => Promise.reject(new Error(`${scenario.flow} delivers nothing`));
    await runLoad(OPERATIONS, 1, (index) => operate(index, { call: lone.call, deliver }));
    return await lone.residentBytes();
  } finally {
    await lone.stop();
  }
};

/**
 * Resident memory of each flow that can be repeated, of both trees by turns.
 *
 * @param failures takes why a flow could not be measured
 */
export const measureAlone = async (
  staged: Pair<StagedTree>,
  {
    scenarios,
    number,
    show,
    failures,
  }: {
    scenarios: readonly Scenario[];
    number: number;
    show: (what: string) => void;
    failures: Map<string, string>;
  },
): Promise<Map<string, Pair<number>>> => {
  const bytes = new Map<string, Pair<number>>();
  for (const [index, scenario] of scenarios.filter(({ flow }) => ALONE_FLOWS.includes(flow)).entries()) {
    const { flow } = scenario;
    show(`memory of ${flow}`);
    const measure = (one: StagedTree): Promise<number> => {
      const bundle = one.functions.find(({ name }) => name === flow);
      if (!bundle) throw new Error(`${one.tree.name} has no such function`);
      return residentBytesOf(scenario, one, bundle);
    };
    try {
      bytes.set(flow, await oneByOne(staged, number + index, measure));
    } catch (error) {
      if (error instanceof TargetLost || !(error instanceof Error)) throw error;
      failures.set(`memory of ${flow}`, error.message);
    }
  }
  return bytes;
};
