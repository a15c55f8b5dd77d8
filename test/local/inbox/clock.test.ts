import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inWords } from '../../../local/inbox/clock-form.ts';
import { startInbox } from '../../../local/inbox/start-inbox.ts';
import { makeMovableClock } from '../../../local/movable-clock.ts';
import { makeFakeClock } from '../../support/fake-clock.ts';
import { messagesOf, postQuery, sms } from './inbox-client.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

describe('the clock of the inbox', () => {
  let inbox: Awaited<ReturnType<typeof startInbox>>;

  beforeEach(async () => {
    inbox = await startInbox({ port: 0, dataDirectory: null, clock: makeMovableClock({ machine: makeFakeClock() }) });
  });
  afterEach(() => inbox.close());

  const readClock = async () =>
    (await (await fetch(`${inbox.url}/clock`)).json()) as { now: string; ahead_seconds: number };
  const order = (body: unknown) =>
    fetch(`${inbox.url}/clock`, { method: 'PUT', body: typeof body === 'string' ? body : JSON.stringify(body) });
  const submit = (fields: Record<string, string>) =>
    fetch(`${inbox.url}/clock`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

  it("is the machine's until it is moved on, and is moved from where it is", async () => {
    const before = await readClock();
    const [first, second] = [await order({ advance_seconds: 3 * DAY }), await order({ advance_seconds: 1 })];

    expect(before).toEqual({ now: '2026-11-21T09:00:00Z', ahead_seconds: 0 });
    expect([first.status, await first.json()]).toEqual([200, { now: '2026-11-24T09:00:00Z', ahead_seconds: 3 * DAY }]);
    expect([second.status, await second.json()]).toEqual([
      200,
      { now: '2026-11-24T09:00:01Z', ahead_seconds: 3 * DAY + 1 },
    ]);
    expect(await readClock()).toEqual({ now: '2026-11-24T09:00:01Z', ahead_seconds: 3 * DAY + 1 });
  });

  it('says when a message came, by the time of the service', async () => {
    await postQuery(inbox.url, sms);
    await order({ advance_seconds: 7 * DAY });
    await postQuery(inbox.url, sms);

    expect((await messagesOf(inbox.url)).map(({ sent_at: sentAt }) => sentAt)).toEqual([
      '2026-11-28T09:00:00.000Z',
      '2026-11-21T09:00:00.000Z',
    ]);
  });

  it.each([
    '',
    'no JSON',
    '[]',
    'null',
    '259200',
    '{}',
    '{"advance_seconds":0}',
    '{"advance_seconds":-1}',
    '{"advance_seconds":1.5}',
    '{"advance_seconds":"3600"}',
    '{"advance_seconds":31622401}',
    '{"advance_seconds":1e400}',
    '{"advance_seconds":3600,"reset":true}',
    '{"reset":true}',
    '{"now":"2030-01-01T00:00:00Z"}',
    'advance_seconds=3600',
  ])('says what is understood when an order is not, and stays where it is: %s', async (body) => {
    const response = await order(body);

    expect([response.status, await response.json()]).toEqual([
      400,
      { error: expect.stringMatching(/"advance_seconds":259200.*moved on only/) },
    ]);
    expect(await readClock()).toMatchObject({ ahead_seconds: 0 });
  });

  it('goes a hundred years and no further', async () => {
    const statuses: number[] = [];
    for (let years = 0; years < 101; years += 1) statuses.push((await order({ advance_seconds: 365 * DAY })).status);

    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.at(-1)).toBe(400);
    expect((await readClock()).ahead_seconds).toBe(100 * 365 * DAY);
  });

  it('is moved by the form of the page, without a script, which leads back to the page', async () => {
    const page = await (await fetch(inbox.url)).text();
    const values = [...page.matchAll(/<button name="advance_seconds" value="(\d+)">([^<]+)</g)].map((one) =>
      one.slice(1),
    );

    const moved = await submit({ advance_seconds: values[1]?.[0] ?? '' });

    expect(values).toEqual([
      [`${HOUR}`, '1 hour'],
      [`${72 * HOUR}`, '72 hours'],
      [`${7 * DAY}`, '7 days'],
    ]);
    expect(page).toContain('<form id="clock" method="post" action="/clock">');
    expect(page).toContain('It is this machine&#39;s.');
    expect([moved.status, moved.headers.get('location')]).toEqual([303, '/']);
    expect(await (await fetch(inbox.url)).text()).toContain('It is 3 days ahead of this machine&#39;s.');
  });

  it.each<Record<string, string>>([
    {},
    { advance_seconds: '' },
    { advance_seconds: '1e3' },
    { advance_seconds: '60', reset: '1' },
  ])('takes no form but that one: %j', async (fields) => {
    expect((await submit(fields)).status).toBe(400);
    expect(await readClock()).toMatchObject({ ahead_seconds: 0 });
  });

  it.each([
    [1, '1 second'],
    [HOUR, '1 hour'],
    [72 * HOUR, '3 days'],
    [7 * DAY + HOUR + 120, '7 days 1 hour 2 minutes'],
  ])('calls %i seconds %s', (seconds, words) => {
    expect(inWords(seconds)).toBe(words);
  });
});
