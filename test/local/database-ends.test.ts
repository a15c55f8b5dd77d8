import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LEASE_SECONDS } from '../../shared/outbox/outbox.ts';
import { waitForMails } from '../http-suite/target.ts';
import { makeDartClient } from '../support/dart-client.ts';
import {
  makeServiceKeeper,
  type RunningService,
  runToExit,
  startIn,
  startRunningService,
} from '../support/running-service.ts';
import { databasePid } from '../support/service-processes.ts';

const PAGE_BYTES = 4096;
const WAIT_MS = 240_000;

const { keep, stopAll } = makeServiceKeeper();
afterEach(stopAll);

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const waitUntil = async (isSo: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + WAIT_MS; !isSo(); await pause(20)) {
    if (Date.now() > deadline) throw new Error('it did not come to that');
  }
};

/** Waits for a database process other than the earlier one. */
const databaseOf = async (service: RunningService, before: number | null = null): Promise<number> => {
  await waitUntil(() => ![null, before].includes(databasePid(service.pid)));
  return databasePid(service.pid) ?? 0;
};

const signUp = (service: RunningService, email: string, from = '127.0.0.1') =>
  makeDartClient(service.apiUrl, from).postMap('/accounts', { email });

describe('a service whose database ends', () => {
  it('says so, starts it again, and goes on with what was stored', async () => {
    const service = keep(await startRunningService());
    await signUp(service, 'before@example.com');
    const first = await databaseOf(service);

    process.kill(first, 'SIGKILL');
    await databaseOf(service, first);
    const answer = await signUp(service, 'after@example.com');
    const mails = await Promise.all(
      ['before', 'after'].map((name) => waitForMails(service.inboxUrl, `${name}@example.com`, 1)),
    );

    expect(answer.status).toBe(200);
    expect(mails.map(({ length }) => length)).toEqual([1, 1]);
    expect(service.output()).toContain('The embedded database ended (signal SIGKILL) and is started again.');
  });

  it('loses nothing that it has acknowledged, and says 503 to the rest', async () => {
    const service = keep(await startRunningService());
    const addresses = Array.from({ length: 60 }, (_, index) => `reader-${index}@example.com`);
    const acknowledged: string[] = [];
    const others: { status: number; type: string | undefined }[] = [];
    const sending = Promise.all(
      addresses.map(async (email, index) => {
        await pause(index * 10);
        const { status, headers } = await signUp(service, email, `127.2.0.${index + 1}`);
        if (status === 200) acknowledged.push(email);
        else others.push({ status, type: headers['content-type'] });
      }),
    );
    let killed: number | null = null;
    for (let kills = 0; kills < 3; kills += 1) {
      killed = await databaseOf(service, killed);
      process.kill(killed, 'SIGKILL');
      await pause(150);
    }
    await sending;

    // A message whose lease was stored without an answer waits for the end of the lease.
    const leasesAreOver = Date.now() + LEASE_SECONDS * 1000;
    const missing = async (): Promise<string[]> => {
      const messages = (await (await fetch(`${service.inboxUrl}/messages`)).json()) as { to: string }[];
      const addressees = new Set(messages.map(({ to }) => to));
      return acknowledged.filter((email) => !addressees.has(email));
    };
    while ((await missing()).length > 0 && Date.now() < leasesAreOver + WAIT_MS) await pause(200);

    expect(acknowledged.length).toBeGreaterThan(0);
    expect(await missing()).toEqual([]);
    for (const other of others) expect(other).toEqual({ status: 503, type: 'application/problem+json; charset=utf-8' });
  });

  it('ends when the database does so again and again, says why, and leaves nothing running', async () => {
    const service = keep(await startRunningService());
    await signUp(service, 'reader@example.com');

    const killer = setInterval(() => {
      const pid = databasePid(service.pid);
      if (pid !== null) process.kill(pid, 'SIGKILL');
    }, 50);
    const code = await service.exited;
    clearInterval(killer);

    expect(code).toBe(1);
    expect(service.output()).toMatch(/The embedded database ended 4 times within 60 s \(signal SIGKILL\)/);
    expect(service.output()).toContain(join(service.dataDirectory, 'dynamodb.sqlite'));
  });

  it('starts one anew that hangs; meanwhile requests are told to come back', async () => {
    const service = keep(await startRunningService());
    const hanging = await databaseOf(service);

    process.kill(hanging, 'SIGSTOP');
    const meanwhile = await signUp(service, 'meanwhile@example.com');
    await databaseOf(service, hanging);
    const after = await signUp(service, 'after@example.com');

    expect([meanwhile.status, meanwhile.headers['content-type']]).toEqual([
      503,
      'application/problem+json; charset=utf-8',
    ]);
    expect(meanwhile.headers['retry-after']).toMatch(/^\d+$/);
    expect(after.status).toBe(200);
    expect(service.output()).toContain('no answer within 10 s');
  });
});

describe("a database's file that is damaged", () => {
  let scratch: string;
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'keyturn-damaged-'));
  });
  afterEach(() => rmSync(scratch, { recursive: true, force: true }));

  /** The file of a stopped service with some accounts. */
  const filledFile = async (): Promise<string> => {
    const service = keep(await startRunningService());
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => signUp(service, `reader-${index}@example.com`, `127.3.0.${index + 1}`)),
    );
    await service.stop();
    mkdirSync(join(scratch, 'data'));
    for (const name of ['dynamodb.sqlite', 'keyring.json']) {
      copyFileSync(join(service.dataDirectory, name), join(scratch, 'data', name));
    }
    return join(scratch, 'data', 'dynamodb.sqlite');
  };

  it.each<[string, (whole: Buffer) => Buffer]>([
    ['is of another kind', () => Buffer.from('A letter to the editor. '.repeat(500))],
    ['is cut off', (whole) => whole.subarray(0, Math.floor(whole.length / PAGE_BYTES / 2) * PAGE_BYTES)],
    [
      'has foreign pages in its middle',
      (whole) => {
        const pages = whole.length / PAGE_BYTES;
        for (let page = 8; page < pages - 1; page += 2) whole.fill('x', page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
        return whole;
      },
    ],
  ])('stops the start, which names it and leaves it as it is: it %s', async (_what, damage) => {
    const file = await filledFile();
    writeFileSync(file, damage(readFileSync(file)));
    const before = readFileSync(file);

    const { code, output } = await runToExit(await startIn(join(scratch, 'data')));

    expect(code).toBe(1);
    expect(output).toContain(`The database ${file} is damaged (`);
    expect(output).toContain(`begin anew: mv '${join(scratch, 'data')}'`);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  const readIfThere = (file: string): Buffer | null => (existsSync(file) ? readFileSync(file) : null);

  it.each<[string, string, (file: string) => void]>([
    ['is empty', 'empty', (file) => writeFileSync(file, '')],
    ['is not there', 'missing', (file) => rmSync(file)],
  ])('is not made anew beside a keyring; put back, it works as before: it %s', async (_what, state, lose) => {
    const file = await filledFile();
    const whole = readFileSync(file);
    lose(file);
    const before = readIfThere(file);

    const { code, output } = await runToExit(await startIn(join(scratch, 'data')));
    const after = readIfThere(file);
    writeFileSync(file, whole);
    const again = keep(await startRunningService({ dataDirectory: join(scratch, 'data') }));

    expect(code).toBe(1);
    expect(output).toContain(`The database ${file} is ${state} (but the keyring beside it is there`);
    expect(output).toMatch(/Put a copy of the data directory in its place, or begin anew: mv /);
    expect(after).toEqual(before);
    expect((await fetch(`${again.apiUrl}/health`)).status).toBe(200);
  });

  it.each<[string, (file: string) => void]>([
    ['an empty database', (file) => writeFileSync(file, '')],
    ['tables', () => undefined],
  ])('is taken for a first start that was interrupted where there is no keyring yet: %s', async (_what, leave) => {
    const service = keep(await startRunningService());
    await service.stop();
    rmSync(join(service.dataDirectory, 'keyring.json'));
    leave(join(service.dataDirectory, 'dynamodb.sqlite'));

    const again = keep(await startRunningService({ dataDirectory: service.dataDirectory }));

    expect((await fetch(`${again.apiUrl}/health`)).status).toBe(200);
  });

  it('ends a service that meets it on the way', async () => {
    const service = keep(await startRunningService());
    await signUp(service, 'reader@example.com');
    const file = join(service.dataDirectory, 'dynamodb.sqlite');
    const first = await databaseOf(service);
    process.kill(first, 'SIGSTOP'); // stopped, so that nothing is written meanwhile

    rmSync(`${file}-wal`);
    writeFileSync(file, Buffer.alloc(statSync(file).size, 'x'));
    process.kill(first, 'SIGKILL');
    const code = await service.exited;

    expect(code).toBe(1);
    expect(service.output()).toContain(`The database ${file} is damaged (`);
  });
});
