import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { CORES } from '../../bench/cores.ts';
import { startTarget, stopTargets } from '../../bench/start-target.ts';

const directory = mkdtempSync(join(tmpdir(), 'keyturn-target-'));
afterEach(stopTargets);
afterAll(() => rmSync(directory, { recursive: true }));

let programs = 0;

/** A target that greets and then runs this code for each question. */
const targetOf = (onQuestion: string, greeting = '{ protocol: 1 }') => {
  programs += 1;
  const program = join(directory, `target-${programs}.mjs`);
  writeFileSync(program, `process.on('message', (question) => { ${onQuestion} });\nprocess.send(${greeting});\n`);
  return {
    tree: { name: 'other', root: directory, program, node: process.execPath },
    cores: CORES.all,
  };
};

describe('a target', () => {
  it('is asked one question at a time, and has its answers in order', async () => {
    const { ask } = await startTarget(
      targetOf(`
        if (globalThis.busy) process.send({ error: 'asked while it was busy' });
        globalThis.busy = true;
        const milliseconds = question.ask === 'cpu' ? 1 : 2;
        setTimeout(() => { globalThis.busy = false; process.send({ answer: { milliseconds } }); }, 20);`),
    );

    const answers = await Promise.all([ask({ ask: 'cpu' }), ask({ ask: 'memory' }), ask({ ask: 'cpu' })]);

    expect(answers).toEqual([{ milliseconds: 1 }, { milliseconds: 2 }, { milliseconds: 1 }]);
  });

  it("knows AWS's variables and nothing else of its surroundings", async () => {
    process.env.KEYRING = 'file:/of/this/process';
    const { ask } = await startTarget({
      ...targetOf('process.send({ answer: { messages: Object.keys(process.env) } });'),
      environment: { AWS_REGION: 'eu-west-1' },
    });

    const { messages } = await ask({ ask: 'collect' });

    expect(messages).toEqual(expect.arrayContaining(['AWS_REGION', 'PATH']));
    expect(messages).not.toContain('KEYRING');
    expect(messages).not.toContain('HOME');
  });

  it('that refuses a question says why, and can be asked again', async () => {
    const { ask } = await startTarget(
      targetOf(`process.send(question.ask === 'build' ? { error: 'a file is missing' } : { answer: null });`),
    );

    await expect(ask({ ask: 'build' })).rejects.toThrow('other, asked for build: a file is missing');
    await expect(ask({ ask: 'work', what: 'hash', count: 1 })).resolves.toBeNull();
  });

  it('of another version of the protocol is refused', async () => {
    await expect(startTarget(targetOf('', '{ protocol: 2 }'))).rejects.toThrow(
      "other speaks version 2 of the benchmark's protocol, and this benchmark version 1: run the benchmark of the newer of the two",
    );
  });

  it('that ends keeps nobody waiting', async () => {
    const { ask } = await startTarget(targetOf('process.exit(0);'));

    await expect(ask({ ask: 'build' })).rejects.toThrow('the handlers of other ended');
    await expect(ask({ ask: 'cpu' })).rejects.toThrow('the handlers of other ended');
  });

  it('that can not be started is told of', async () => {
    const { tree, cores } = targetOf('');
    const missing = { ...tree, node: join(directory, 'no-node') };

    await expect(startTarget({ tree: missing, cores })).rejects.toThrow('the handlers of other ended');
  });
});
