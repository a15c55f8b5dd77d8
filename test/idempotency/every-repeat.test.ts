import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isUnsafe, keptFor } from '../../shared/contract/kept-answers.ts';
import {
  EMAIL_PROOF_REQUESTS,
  EXPORT_ROW_REQUESTS,
  FACTOR_RESET_REQUESTS,
  GOOD_REQUESTS,
} from '../catalogue/catalogue.ts';
import type { GoodRequest } from '../catalogue/good-request.ts';
import type { ServiceWithRows } from '../catalogue/service.ts';
import { httpContracts } from '../support/fixtures.ts';
import { type KeyedWorld, makeKeyedWorld, newKey } from '../support/keyed-world.ts';
import { prepareRepeatIn } from '../support/service-in-world.ts';
import { everyRow } from '../support/stored.ts';
import { UNHINDERED_SMS } from '../support/verification.ts';
import { type Answer, startWorld } from '../support/world.ts';

const REQUESTS: readonly GoodRequest<ServiceWithRows>[] = [
  ...GOOD_REQUESTS,
  ...EMAIL_PROOF_REQUESTS,
  ...FACTOR_RESET_REQUESTS,
  ...EXPORT_ROW_REQUESTS,
];

const unsafe = httpContracts.filter(({ routes }) => routes.some(isUnsafe));
const keeping = new Set(unsafe.filter((contract) => keptFor(contract) !== null).map(({ flow }) => flow));

/** An answer without what is signed anew for each repeat. */
const lasting = ({ status, body, headers, cookies }: Answer) => ({
  status,
  cookies,
  etag: headers.etag,
  body: JSON.parse(
    JSON.stringify(body || null, (name, value) => (name === 'access_token' ? 'signed anew' : value)),
  ) as unknown,
});

describe('a repeat with the same Idempotency-Key', () => {
  let keyed: KeyedWorld;

  beforeAll(async () => {
    keyed = makeKeyedWorld(await startWorld({ settings: { sms: UNHINDERED_SMS } }));
  });
  afterAll(() => keyed.world.close());

  it('is tried on every flow that changes something', () => {
    const tried = new Set(REQUESTS.map(({ flow }) => flow));

    expect(unsafe.filter(({ flow }) => !tried.has(flow))).toEqual([]);
    expect([...unsafe].filter(({ flow }) => !keeping.has(flow)).map(({ flow }) => flow)).toEqual([
      'check-reset-token', // changes nothing
      'download-export', // its token is good for a repeat with the same key
      'refresh-session', // its token is good for a repeat
      'revoke-token', // what has ended stays so
    ]);
  });

  describe.each(REQUESTS.filter(({ flow }) => keeping.has(flow)))('of $name', (request) => {
    const { succeeds } = request;

    it('gets the same answer, and changes nothing', async () => {
      const run = await prepareRepeatIn(keyed.world, request);
      keyed.useKey(newKey());

      const first = await run();
      const before = await everyRow(keyed.world);
      const again = await run();
      keyed.useKey(null);

      expect(first.status).toBe(succeeds);
      expect(lasting(again)).toEqual(lasting(first));
      expect(await everyRow(keyed.world)).toEqual(before);
    });

    it('that comes while the first is under way has no effect: it is answered 409, or as the first', async () => {
      const run = await prepareRepeatIn(keyed.world, request);
      keyed.useKey(newKey());

      const answers = await Promise.all([run(), run(), run()]);
      const after = await run();
      keyed.useKey(null);

      const done = answers.filter(({ status }) => status === succeeds);
      const others = answers.filter(({ status }) => status !== succeeds);
      expect(done.length).toBeGreaterThanOrEqual(1);
      for (const one of [...done, after]) expect(lasting(one)).toEqual(lasting(done[0] as Answer));
      expect(others.map(({ status, body }) => [status, body.code])).toEqual(others.map(() => [409, 'conflict']));
    });
  });

  describe.each(REQUESTS.filter(({ flow }) => !keeping.has(flow) && unsafe.some((one) => one.flow === flow)))(
    'of $name, which keeps nothing',
    (request) => {
      it('gets the same answer', async () => {
        const run = await prepareRepeatIn(keyed.world, request);
        keyed.useKey(newKey());

        const [first, again] = [await run(), await run()];
        keyed.useKey(null);

        expect(first.status).toBe(request.succeeds);
        expect(lasting(again)).toEqual(lasting(first));
      });
    },
  );
});
