import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSuppression } from '../../scripts/suppression/open-suppression.ts';
import { readArguments } from '../../scripts/suppression/read-arguments.ts';
import { runSuppression } from '../../scripts/suppression/run-suppression.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { newAddress, signUpSomebody } from '../support/journeys.ts';
import { askForProof, deliverable, historyOf, loseRecovery } from '../support/lost-mail.ts';
import { startWorld, type World } from '../support/world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe("the suppression's command line", () => {
  it('takes an address in the form that accounts have it in', () => {
    expect(readArguments(['clear', 'Ada@Example.COM', '--table', 't', '--yes'])).toEqual({
      clears: 'ada@example.com',
      table: 't',
      yes: true,
      json: false,
    });
  });

  it('takes the list for scripts', () => {
    expect(readArguments(['list', '--table', 't', '--json'])).toMatchObject({ clears: null, json: true });
  });

  it.each([
    [[]],
    [['clear']],
    [['list', 'ada@example.com']],
    [['clear', 'nobody', '--table', 't']],
    [['clear', 'a@example.com', 'b@example.com', '--table', 't']],
    [['list']],
    [['list', '--table', 't', '--outputs', 'x']],
    [['purge', '--table', 't']],
  ])('refuses %j', (args) => {
    expect(() => readArguments(args)).toThrow();
  });

  it('says how it is used, and fails where it is called wrongly', async () => {
    const run = (...args: string[]) =>
      new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
        execFile(process.execPath, ['scripts/suppression.ts', ...args], { cwd: root }, (error, stdout, stderr) =>
          resolve({ code: error?.code ?? 0, stdout, stderr }),
        );
      });

    const [help, wrong] = await Promise.all([run('--help'), run('clear')]);

    expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('npm run suppression -- list')]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('give either list, or clear')]);
  });
});

describe('the suppression', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const unreachedOwner = async () => {
    const owner = await signUpSomebody(world);
    await world.hear();
    await loseRecovery(world, owner.email, 'bounce');
    return owner;
  };

  const run = async (args: string[], agrees = true) => {
    const asked = readArguments([...args, '--table', world.tables.accounts]);
    if (!asked) throw new Error('help was asked for');
    const lines: string[] = [];
    const questions: string[] = [];
    const parts = await openSuppression({ table: asked.table, clock: world.clock, randomness: csprng });
    const isDone = await runSuppression({
      asked,
      ...parts,
      ask: async (question) => {
        questions.push(question);
        return agrees;
      },
      say: (line) => lines.push(line),
    });
    return { isDone, lines, questions };
  };

  it('says that there is no region, before it opens anything', async () => {
    const { AWS_REGION, AWS_CONFIG_FILE } = process.env;
    delete process.env.AWS_REGION;
    process.env.AWS_CONFIG_FILE = '/dev/null';

    const opened = openSuppression({ table: 'a', clock: world.clock, randomness: csprng });

    await expect(opened).rejects.toThrow('There is no region: give --region');
    process.env.AWS_REGION = AWS_REGION;
    if (AWS_CONFIG_FILE === undefined) delete process.env.AWS_CONFIG_FILE;
    else process.env.AWS_CONFIG_FILE = AWS_CONFIG_FILE;
  });

  it("lists who is on SES's list, with the account and its mark", async () => {
    const owner = await unreachedOwner();

    const { lines } = await run(['list', '--json']);

    expect(JSON.parse(lines[0] ?? '')).toContainEqual({
      email: owner.email,
      ses: { reason: 'BOUNCE', since: expect.any(String) },
      account: { id: owner.account_id, mark: 'bounced' },
    });
  });

  it('clears an address on both sides once the operator agrees', async () => {
    const owner = await unreachedOwner();

    const { lines, questions } = await run(['clear', owner.email]);

    expect(questions).toEqual([`Send mail to ${owner.email} again?`]);
    expect(lines.at(-1)).toBe('cleared');
    expect(await deliverable(world, owner)).toBeUndefined();
    expect((await historyOf(world, owner.account_id)).at(-1)).toBe('email-cleared');
    expect((await run(['list'])).lines.join('\n')).not.toContain(owner.email);
    expect((await run(['clear', owner.email])).lines.at(-1)).toBe('there is nothing to clear');
  });

  it('changes nothing where the operator does not agree', async () => {
    const owner = await unreachedOwner();

    const { lines } = await run(['clear', owner.email], false);

    expect(lines.at(-1)).toBe('nothing was changed');
    expect(await deliverable(world, owner)).toBe(false);
    expect((await run(['list'])).lines.join('\n')).toContain(owner.email);
  });

  it('asks nobody with --yes, and answers scripts with one document', async () => {
    const owner = await unreachedOwner();

    const { lines, questions } = await run(['clear', owner.email, '--yes', '--json']);

    expect(questions).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ email: owner.email, cleared: true });
  });

  it('clears an address of nobody on SES list alone', async () => {
    const email = newAddress();

    expect((await run(['clear', email])).lines).toEqual([
      `${email}: not on SES's list, no account`,
      'there is nothing to clear',
    ]);
  });

  it('lets what is told of older mail mark nothing again, and a proof that was asked for send nothing', async () => {
    const owner = await unreachedOwner();
    await askForProof(world, owner);
    await run(['clear', owner.email, '--yes']);
    const before = (await world.mailsTo(owner.email)).length;

    await world.deliver();

    expect(await world.mailsTo(owner.email)).toHaveLength(before);
    expect(world.logs.at(-1)).toContain('nothing-to-send');
  });
});
