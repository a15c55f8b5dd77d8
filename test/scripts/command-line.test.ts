import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ACTS } from '../../scripts/account/commands.ts';
import * as account from '../../scripts/account/read-arguments.ts';
import * as afterRestore from '../../scripts/after-restore/read-arguments.ts';
import * as alarms from '../../scripts/alarms/read-arguments.ts';
import { readCommandLine, readResources, SWITCH, TEXT } from '../../scripts/command/command-line.ts';
import * as doctor from '../../scripts/doctor/read-arguments.ts';
import * as redrive from '../../scripts/redrive/read-arguments.ts';
import * as suppression from '../../scripts/suppression/read-arguments.ts';
import * as upgradeRows from '../../scripts/upgrade-rows/read-arguments.ts';

const directory = mkdtempSync(join(tmpdir(), 'keyturn-command-line-'));
afterAll(() => rmSync(directory, { recursive: true }));

const fileOf = (name: string, text: string): string => {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
};

const STACK = {
  AccountsTable: 'a',
  CredentialsTable: 'c',
  TokensTable: 't',
  OutboxTable: 'o',
  DeadLetterQueueUrl: 'https://sqs.example/1/letters',
};
const outputs = fileOf('outputs.json', JSON.stringify({ Keyturn: STACK }));

const ID = '0b0e9f0e-8c0b-4d0e-9f0e-8c0b4d0e9f0e';

/** Every command of an operator that takes the outputs of a stack, with a line that it takes but for where the stack is. */
const COMMANDS = [
  { name: 'account', ...account, good: ['show', ID] },
  {
    name: 'after-restore',
    USAGE: afterRestore.USAGE,
    readArguments: (args: string[]) => afterRestore.readArguments(args, Date.parse('2026-06-01T00:00:00Z')),
    good: ['--at', '2026-01-31T12:00:00Z', '--yes'],
  },
  { name: 'redrive', ...redrive, good: ['--dry-run'] },
  { name: 'suppression', ...suppression, good: ['list'] },
  { name: 'upgrade-rows', ...upgradeRows, good: ['--dry-run'] },
];

describe.each(COMMANDS)('the command line of $name', ({ name, readArguments, USAGE, good }) => {
  const read = (...args: string[]) => readArguments([...good, ...args]);

  it('takes the outputs of a stack, and a region where one is named', () => {
    expect(read('--outputs', outputs)).toMatchObject({ region: undefined });
    expect(read('--outputs', outputs, '--stack', 'Keyturn', '--region', 'ap-southeast-2')).toMatchObject({
      region: 'ap-southeast-2',
    });
  });

  it.each([['--help'], ['-h']])('gives help at %s, whatever else is there', (flag) => {
    expect(readArguments([flag])).toBeNull();
    expect(read(flag, '--outputs', 'none.json')).toBeNull();
  });

  it.each(['--outputs', '--region', 'Status 0', 'Status 1', 'Status 2', `npm run ${name} -- `])(
    'explains %s',
    (text) => {
      expect(USAGE).toContain(text);
    },
  );

  it('has lines that a terminal shows whole, and refuses an option that it does not know', () => {
    expect(USAGE.split('\n').filter((line) => line.length > 140)).toEqual([]);
    expect(() => read('--outputs', outputs, '--no-such-option')).toThrow('--no-such-option');
  });

  it.each([
    { args: [], says: 'give either --outputs' },
    { args: ['--stack', 'Keyturn'], says: '--stack goes with --outputs' },
    { args: ['--outputs', outputs, '--outputs', outputs], says: '--outputs is given more than once' },
    { args: ['--outputs', outputs, '--stack', 'Test'], says: 'has no Test with the outputs' },
    { args: ['--outputs', outputs, '--region', 'evil.example/'], says: '--region takes the name of a region' },
    { args: ['--outputs', outputs, '--region', ''], says: '--region takes the name of a region' },
    { args: ['--outputs', join(directory, 'none.json')], says: "none.json can't be read (ENOENT)" },
    { args: ['--outputs', directory], says: "can't be read (EISDIR)" },
    {
      args: ['--outputs', fileOf('cut.json', '{"Keyturn": {"Acc')],
      says: 'is not what "cdk deploy --outputs-file" writes',
    },
    { args: ['--outputs', fileOf('deep.json', '{"a":{"b":{"secret":1}}}')], says: 'is not what "cdk deploy' },
    { args: ['--outputs', outputs, 'one', 'two', 'three'], says: 'there is a word too many' },
  ])('refuses $args and says why', ({ args, says }) => {
    expect(() => read(...args)).toThrow(says);
  });

  it('quotes nothing out of a file that it takes for the outputs', () => {
    const file = fileOf('secret.json', '{"a": hunter2');

    expect(() => read('--outputs', file)).toThrow(/^(?!.*hunter2)/);
  });
});

/** Those that ask AWS for the names, with a line that each takes. */
const ASKING_COMMANDS = [
  { name: 'alarms', ...alarms, good: ['--try'] },
  { name: 'doctor', ...doctor, good: ['--json'] },
];

describe.each(ASKING_COMMANDS)('the command line of $name, which asks AWS', ({ name, readArguments, USAGE, good }) => {
  const read = (...args: string[]) => readArguments([...good, ...args]);

  it('takes a region where one is named, and a stack', () => {
    expect(read()).toMatchObject({ region: undefined });
    expect(read('--region', 'ap-southeast-2', '--stack', 'Other')).toMatchObject({ region: 'ap-southeast-2' });
    expect(Object.values(read('--stack', 'Other') ?? {})).toContain('Other');
    expect(Object.values(read() ?? {})).toContain('Keyturn');
  });

  it.each([['--help'], ['-h']])('gives help at %s, whatever else is there', (flag) => {
    expect(readArguments([flag])).toBeNull();
    expect(read(flag, '--stack', '')).toBeNull();
  });

  it.each(['--region', '--stack', 'Status 0', 'Status 1', 'Status 2', `npm run ${name} -- `])('explains %s', (text) => {
    expect(USAGE).toContain(text);
  });

  it('has lines that a terminal shows whole, and refuses an option that it does not know', () => {
    expect(USAGE.split('\n').filter((line) => line.length > 140)).toEqual([]);
    expect(() => read('--no-such-option')).toThrow('--no-such-option');
  });

  it.each([
    { args: ['--stack', ''], says: 'give --stack the name of a stack, such as Keyturn' },
    { args: ['--stack', '-x/..'], says: "'--stack' argument is ambiguous" },
    { args: ['--stack', 'x/..'], says: 'give --stack the name of a stack, such as Keyturn' },
    { args: ['--stack', 'A', '--stack', 'B'], says: '--stack is given more than once' },
    { args: ['--region', 'evil.example/'], says: '--region takes the name of a region' },
    { args: ['--region', ''], says: '--region takes the name of a region' },
    { args: ['--outputs', outputs], says: '--outputs' },
    { args: ['one'], says: 'there is a word too many' },
  ])('refuses $args and says why', ({ args, says }) => {
    expect(() => read(...args)).toThrow(says);
  });
});

describe('names of deployed resources', () => {
  const valuesOf = (args: string[]) => {
    const line = readCommandLine(args, { options: { one: TEXT, two: TEXT, three: TEXT, deep: SWITCH }, most: 0 });
    if (!line) throw new Error('help was asked for');
    return line.values;
  };

  it.each<[Partial<Record<'one' | 'two' | 'three', string>>, string]>([
    [{ one: 'One' }, 'give either --outputs or --one'],
    [{ one: 'One', two: 'Two' }, 'give either --outputs, or both --one and --two'],
    [{ one: 'One', two: 'Two', three: 'Three' }, 'give either --outputs, or all of --one, --two and --three'],
  ])('are asked for in a sentence: %j', (outputOf, sentence) => {
    expect(() => readResources(valuesOf([]), outputOf as Record<'one', string>)).toThrow(new Error(sentence));
  });

  it('name what else there is', () => {
    expect(() => readResources(valuesOf([]), { one: 'One', two: 'Two' }, ['--laptop'])).toThrow(
      new Error('give either --outputs, or --laptop, or both --one and --two'),
    );
  });

  it.each([[['--one', 'x']], [['--one', 'x', '--two', '']], [['--one', 'x', '--outputs', outputs]]])(
    'are given whole, not empty and from one place: %j is refused',
    (args) => {
      expect(() => readResources(valuesOf(args), { one: 'One', two: 'Two' })).toThrow('give either');
    },
  );
});

describe('the command line of the account command, of its own acts', () => {
  const NAMED = ['--outputs', outputs];
  const WHY = ['--reason', 'ticket 4711'];

  it('takes the days in which an owner can keep the account: 7 unless said', () => {
    expect(account.readArguments(['erase', ID, ...WHY, ...NAMED])).toMatchObject({ command: 'erase', graceDays: 7 });
    expect(account.readArguments(['erase', ID, '--days', '28', ...WHY, ...NAMED])).toMatchObject({ graceDays: 28 });
  });

  it.each(['0', '6', '29', '-7', '7.5', '1e1', 'none', ''])('refuses %j days', (days) => {
    expect(() => account.readArguments(['erase', ID, `--days=${days}`, ...WHY, ...NAMED])).toThrow(
      '--days takes 7 to 28',
    );
  });

  it.each([
    { args: ['erase', ID, ...NAMED], says: 'give a --reason' },
    { args: ['stop-erase', ID, ...NAMED], says: 'give a --reason' },
    { args: ['suspend', ID, '--days', '7', ...WHY, ...NAMED], says: '--days goes with erase' },
    { args: ['erase', 'ada@example.com', ...WHY, ...NAMED], says: 'give the id of an account' },
    { args: ['show', ID, '--laptop', '--region', 'eu-west-1'], says: '--laptop is a place of its own' },
  ])('refuses $args and says why', ({ args, says }) => {
    expect(() => account.readArguments(args)).toThrow(says);
  });

  it.each(ACTS)('wants a reason for %s', (command) => {
    const line = command === 'reset-factor' ? [command, ID, 'totp'] : [command, ID];

    expect(account.readArguments([...line, ...WHY, ...NAMED])).toMatchObject({ command, reason: 'ticket 4711' });
    expect(() => account.readArguments([...line, ...NAMED])).toThrow('give a --reason');
  });

  it('takes the time from which show goes back, as the history has it', () => {
    const show = (...args: string[]) => account.readArguments(['show', ID, ...NAMED, ...args]);

    expect(show()).toMatchObject({ until: null });
    for (const time of ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.123Z']) {
      expect(show('--until', time)).toMatchObject({ until: time });
    }
    for (const time of ['yesterday', '2026-01-31', '', 'z'])
      expect(() => show('--until', time)).toThrow('--until takes');
    expect(() => account.readArguments(['find', ID, ...NAMED, '--until', 'z'])).toThrow('--until goes with show');
  });

  it('takes no --yes where nothing is changed', () => {
    expect(() => suppression.readArguments(['list', '--yes', ...NAMED])).toThrow('list changes nothing');
  });
});
