import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceRequest } from '../test/catalogue/service.ts';
import { CORES, onCores } from './cores.ts';
import { send } from './http-load.ts';
import { type Answers, type Greeting, type Place, PROTOCOL_VERSION, type Question, type Reply } from './protocol.ts';

/** A checkout to measure. */
export interface Tree {
  /** Its name in messages. */
  name: string;
  /** The root of the checkout. */
  root: string;
  /** The program that speaks the protocol. */
  program: string;
  /** The commit's own Node. */
  node: string;
}

/** A process of a tree. */
export interface TargetProcess {
  ask<Asked extends Question>(question: Asked): Promise<Answers[Asked['ask']]>;
  /** Starts serving, and returns how to call its routes. */
  serve(place: Place): Promise<Serving & Answers['serve']>;
  stop(): void;
}

/** A tree's handlers while they are served. */
export interface Serving {
  /** @throws Error on another status than the expected one, which is 200 by default */
  call(request: ServiceRequest, expectedStatus?: number): Promise<string>;
  deliver(messages: readonly unknown[]): Promise<unknown>;
}

/** A target answered a question with an error. */
export class TargetFailed extends Error {
  override readonly name: string = 'TargetFailed';
}

/** A target's process has ended or is unreachable, so it can't be measured any more. */
export class TargetLost extends TargetFailed {
  override readonly name = 'TargetLost';
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** This checkout, uncommitted changes included. */
export const thisTree: Tree = {
  name: 'this tree',
  root,
  program: join(root, 'bench/target.ts'),
  node: process.execPath,
};

const running = new Set<() => void>();

/** Ends all remaining processes. */
export const stopTargets = (): void => {
  for (const stop of running) stop();
};

/**
 * Starts a process of a tree.
 *
 * @param cores the cores that it may use
 * @param environment AWS's variables; it inherits nothing else
 * @throws TargetFailed
 */
export const startTarget = async ({
  tree,
  cores,
  environment = {},
}: {
  tree: Tree;
  cores: readonly number[];
  environment?: Readonly<Record<string, string>>;
}): Promise<TargetProcess> => {
  const [file, ...args] = onCores(cores, [tree.node, '--expose-gc', tree.program]);
  const { PATH = '' } = process.env;
  const child = spawn(file, args, {
    cwd: tree.root,
    env: { PATH, ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'], // writing the log is part of the work, reading it isn't
  });
  const stop = (): void => {
    running.delete(stop);
    child.kill('SIGKILL');
  };
  running.add(stop);
  child.on('error', () => undefined); // the unanswered question reports it
  child.on('exit', (code, signal) => {
    if (running.has(stop)) console.error(`the handlers of ${tree.name} ended with ${signal ?? `status ${code}`}`);
  });

  const nextMessage = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const settle = (): void => {
        child.off('message', arrived).off('disconnect', ended).off('error', ended);
      };
      const arrived = (message: unknown): void => {
        settle();
        resolve(message);
      };
      const ended = (): void => {
        settle();
        reject(new TargetLost(`the handlers of ${tree.name} ended`));
      };
      if (!child.connected) return ended();
      child.on('message', arrived).on('disconnect', ended).on('error', ended);
    });

  let last: Promise<unknown> = nextMessage().then((greeting) => {
    const { protocol } = greeting as Greeting;
    if (protocol === PROTOCOL_VERSION) return;
    throw new TargetLost(
      `${tree.name} speaks version ${protocol} of the benchmark's protocol, and this benchmark version ${PROTOCOL_VERSION}: run the benchmark of the newer of the two`,
    );
  });

  const ask = <Asked extends Question>(question: Asked): Promise<Answers[Asked['ask']]> => {
    const answered = last.then(async () => {
      const arrives = nextMessage();
      child.send(question, () => undefined); // a send fails only on a closed channel, which is handled elsewhere
      const reply = (await arrives) as Reply;
      if ('error' in reply) throw new TargetFailed(`${tree.name}, asked for ${question.ask}: ${reply.error}`);
      return reply.answer as Answers[Asked['ask']];
    });
    last = answered.catch(() => undefined); // a failed question doesn't block the next one
    return answered;
  };

  await last;
  return {
    ask,
    serve: async (place) => {
      const { port } = await ask({ ask: 'serve', place });
      return {
        port,
        call: (request, expectedStatus = 200) => send(port, request, expectedStatus),
        deliver: (messages) => ask({ ask: 'deliver', messages }),
      };
    },
    stop,
  };
};

/** Builds the bundles of a tree. @throws TargetFailed */
export const buildTree = async (tree: Tree): Promise<void> => {
  const target = await startTarget({ tree, cores: CORES.all });
  await target.ask({ ask: 'build' });
  target.stop();
};
