import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CORES, onCores } from './cores.ts';
import { type LoadRequest, send } from './http-load.ts';
import { type Answers, type Greeting, type Place, PROTOCOL_VERSION, type Question, type Reply } from './protocol.ts';

/** A checkout whose handlers can be measured. */
export interface Tree {
  /** What it is called in messages. */
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
  /** Has it serve, and gives the way to its routes. */
  serve(place: Place): Promise<Serving>;
  stop(): void;
}

/** The handlers of a tree that are being served. */
export interface Serving {
  /** @throws Error where the status isn't the one that was expected, 200 unless said */
  call(request: LoadRequest, expectedStatus?: number): Promise<string>;
  deliver(messages: readonly unknown[]): Promise<unknown>;
}

/** A target refused a question, and why. */
export class TargetFailed extends Error {
  override readonly name: string = 'TargetFailed';
}

/** A process of a target has ended, or can't be talked to: nothing of it can be measured any more. */
export class TargetLost extends TargetFailed {
  override readonly name = 'TargetLost';
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** This checkout, as it lies there. */
export const thisTree: Tree = {
  name: 'this tree',
  root,
  program: join(root, 'bench/target.ts'),
  node: process.execPath,
};

const running = new Set<() => void>();

/** Ends every process that is left. */
export const stopTargets = (): void => {
  for (const stop of running) stop();
};

/**
 * Starts a process of a tree.
 *
 * @param cores where it may run
 * @param environment AWS's variables; nothing else of ours reaches it
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
  child.on('error', () => undefined); // what it means is said by the question that is not answered
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
      child.send(question, () => undefined); // where it can't be sent, the channel is closed, and that is noticed anyway
      const reply = (await arrives) as Reply;
      if ('error' in reply) throw new TargetFailed(`${tree.name}, asked for ${question.ask}: ${reply.error}`);
      return reply.answer as Answers[Asked['ask']];
    });
    last = answered.catch(() => undefined); // a question that failed doesn't keep the next one from being asked
    return answered;
  };

  await last;
  return {
    ask,
    serve: async (place) => {
      const { port } = await ask({ ask: 'serve', place });
      return {
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
