import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readArguments as readAlarmsArguments } from '../../scripts/alarms/read-arguments.ts';
import { runAlarms } from '../../scripts/alarms/run-alarms.ts';
import { jsonLine, plain, plainLines } from '../../scripts/command/terminal-text.ts';
import { writeChecked, writeJson } from '../../scripts/doctor/write-diagnosis.ts';
import { runSuppression } from '../../scripts/suppression/run-suppression.ts';
import { makeDynamo } from '../../shared/aws/make-dynamo.ts';
import { openSdkDynamoClient } from '../../shared/aws/sdk-dynamo-client.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { operate, REASON } from '../support/operator.ts';
import { putRows } from '../support/table-writer.ts';
import { accountOf } from '../support/undo.ts';
import { accountWithApp } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Begins sequences by C0 and C1, rings, turns the direction round, ends the line. Sequences that do harm are built alike; these choose the
 * character set and the colour that a terminal has anyway.
 */
const HOSTILE = 'x\u001b(B\u0007\u009b0m\u202e\u2028\r\n\u007f" since 2020; 10 recovery codes left';

/** Whatever could act on a terminal, but for the end of a line. */
const ACTS = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/u;

describe('texts for a terminal', () => {
  it('hold nothing that acts on it, whatever a stranger has chosen', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plain(text)).not.toMatch(/[\p{C}\u2028\u2029]/u);
        expect(plainLines(text)).not.toMatch(ACTS);
        expect(jsonLine({ text })).not.toMatch(/[\p{C}\u2028\u2029]/u);
        expect(JSON.parse(jsonLine({ text }))).toEqual({ text });
      }),
    );
    expect([plain(HOSTILE), jsonLine(HOSTILE)].join()).not.toMatch(ACTS);
  });

  it('leave letters of every script as they are', () => {
    expect(plain('Grüße, 世界, नमस्ते')).toBe('Grüße, 世界, नमस्ते');
  });
});

describe('what a record of the DNS, a header or a subscriber says', () => {
  it('acts on no terminal where the doctor tells of it, and can add no line', () => {
    const checked = {
      id: 'dmarc',
      title: 'DMARC',
      status: 'warn',
      sentence: `The record is ${HOSTILE}.`,
      whatToDo: `Replace ${HOSTILE.replace('\n', '')}\nThen wait.`,
    } as const;
    const diagnosis = {
      account: '1',
      region: 'eu-west-1',
      stack: null,
      counts: { ok: 0, warn: 1, fail: 0, unknown: 0 },
    };

    const [text, json] = [writeChecked(checked), writeJson({ ...diagnosis, checks: [checked] })];

    expect(text.split('\n')).toHaveLength(3);
    expect(text).not.toMatch(ACTS);
    expect(json).not.toMatch(/[\p{C}\u2028\u2029]/u);
    expect(JSON.parse(json)).toMatchObject({ checks: [{ sentence: checked.sentence }] });
  });

  it('acts on no terminal where alarms are listed, and can add no line', async () => {
    const asked = readAlarmsArguments([]);
    if (!asked) throw new Error('help was asked for');
    const lines: string[] = [];

    await runAlarms({
      asked,
      alarms: {
        list: async () => [{ name: `Keyturn-${HOSTILE}`, heading: 'undos', state: 'OK', topics: [HOSTILE, 'silent'] }],
        setState: async () => undefined,
        subscriptions: async (topic) =>
          topic === 'silent' ? [] : [{ protocol: HOSTILE, endpoint: HOSTILE, isConfirmed: true }],
      },
      ask: async () => false,
      say: (line) => lines.push(line),
      pause: async () => undefined,
    });

    expect(lines).toHaveLength(4);
    expect(lines.filter((line) => /[\p{C}\u2028\u2029]/u.test(line))).toEqual([]);
  });
});

describe('what a stranger has chosen', () => {
  let world: World;
  let id: string;

  beforeAll(async () => {
    world = await startWorld();
    const owner = await accountWithApp(world);
    id = owner.account_id;
    const [factors] = (await world.rows('credentials')).filter(
      ({ pk, sk }) => pk === `ACCOUNT#${id}` && sk === 'FACTORS',
    );
    const apps = Object.entries(factors?.apps as Record<string, object>).map(([key, app]) => [
      key,
      { ...app, name: HOSTILE },
    ]);
    await putRows(world, 'credentials', [{ ...factors, apps: Object.fromEntries(apps) }]);
    await putRows(world, 'accounts', [{ ...(await accountOf(world, id)), email: `${HOSTILE}@example.com` }]);
    await putRows(world, 'accounts', [
      {
        pk: `ACCOUNT#${id}`,
        sk: 'EVENT#2999-01-01T00:00:00.000Z#x',
        schemaVersion: 2,
        type: HOSTILE,
        occurredAt: HOSTILE,
        expiresAtEpochSeconds: 99_999_999_999,
      },
    ]);
  });
  afterAll(() => world.close());

  const show = (...args: string[]): Promise<string> =>
    new Promise((resolve) => {
      const tables = Object.entries(world.tables).flatMap(([name, table]) => [`--${name}`, table]);
      execFile(process.execPath, ['scripts/account.ts', 'show', id, ...tables, ...args], { cwd: root }, (_, out, err) =>
        resolve(out + err),
      );
    });

  it('acts on no terminal where an account is shown, and can add no line and no factor', async () => {
    const [shown, json] = [await show(), await show('--json')];

    expect(shown).not.toMatch(ACTS);
    expect(json.trimEnd()).not.toMatch(/[\p{C}\u2028\u2029]/u);
    expect(JSON.parse(json)).toMatchObject({ second_factors: { apps: [{ name: HOSTILE }] } });
    expect(shown).toMatch(/^second factors {4}app "x.*\\" since 2020; 10 recovery codes left" since \d{4}-/m);
    expect(shown.split('\n').filter((line) => line.startsWith('second factors'))).toHaveLength(1);
  });

  it.each(['erase', 'suspend'] as const)('acts on no terminal where %s asks', async (command) => {
    const asked = {
      command,
      accountId: id,
      factor: 'all',
      graceDays: 7,
      reason: REASON,
      yes: false,
      json: true,
    } as const;
    const place = { kind: 'tables', tables: { accounts: '', credentials: '', tokens: '', outbox: '' } } as const;

    const { questions } = await operate(world, { ...asked, place }, `arn:aws:sts::1:assumed-role/x/${HOSTILE}`);

    expect(questions.join('\n')).toContain('x?(B');
    expect(questions.join('\n')).not.toMatch(ACTS);
  });

  it('acts on no terminal where addresses are listed that other senders of the AWS account have put there', async () => {
    const { clock, tables } = world;
    const listed = { email: `${HOSTILE}@example.com`, reason: HOSTILE, sinceEpochSeconds: 1 };
    const list = async (json: boolean): Promise<string[]> => {
      const lines: string[] = [];
      await runSuppression({
        asked: { clears: null, table: tables.accounts, yes: false, json },
        suppressions: {
          lift: async () => false,
          find: async () => null,
          list: async function* () {
            yield [listed];
          },
        },
        dynamo: makeDynamo({ client: openSdkDynamoClient({ clock }), config: { tables }, randomness: csprng }),
        clock,
        randomness: csprng,
        ask: async () => false,
        say: (line) => lines.push(line),
      });
      return lines;
    };

    const [text, json] = [await list(false), await list(true)];

    expect([...text, ...json].filter((line) => /[\p{C}\u2028\u2029]/u.test(line))).toEqual([]);
    expect(text).toHaveLength(2);
    expect(JSON.parse(json.join(''))).toMatchObject([{ email: listed.email }]);
  });
});
