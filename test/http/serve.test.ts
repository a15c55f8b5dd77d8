import { describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { makeAccounts } from '../../shared/account/accounts.ts';
import { provideHasher } from '../../shared/account/password-hasher.ts';
import { BODY_PROBLEMS, type Caller, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';
import { serve } from '../../shared/http/serve.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { makeLoneRuntime, PLAIN_SETTINGS } from '../support/lone-runtime.ts';

const common = {
  flow: 'sign-up',
  subject: 'Accounts',
  routes: [{ method: 'POST', path: '/accounts', accepts: ['json', 'form'], summary: 'A stand-in.' }],
  request: z.strictObject({ email: z.string() }),
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS],
  throttle: ORDINARY,
  tables: {},
} as const;

const answer = z.strictObject({ status: z.literal('accepted'), hint: z.optional(z.string()) });
const contract = httpContract({ ...common, caller: 'anyone', answer, settings: ['productName'] });
const silent = httpContract({ ...common, caller: 'anyone' });

const call = async (wire: ReturnType<typeof serve>) => {
  const { runtime } = makeLoneRuntime();
  const event = loadEvent('sign-up/json', jsonBody({ email: 'reader@example.com' }));
  return wire(runtime)(event, {} as Context);
};

const input = ({ body }: { body: { email: string } }) => body;
const accept = () => async () => ({ status: 'accepted' as const });
const needy =
  ({ hint }: { hint: string }) =>
  async () => ({ status: 'accepted' as const, hint });

describe('serve', () => {
  it('gives the flow what its providers make, beside clock, randomness and log', async () => {
    const wire = serve({
      contract,
      uses: { name: async ({ settings }: Scope<'productName'>) => settings.productName },
      flow: (deps) => async () => {
        expect(Object.keys(deps).toSorted()).toEqual(['clock', 'log', 'name', 'randomness']);
        return { status: 'accepted' as const, hint: deps.name };
      },
      input,
    });

    const { statusCode, body } = await call(wire);

    expect([statusCode, body]).toEqual([200, `{"status":"accepted","hint":"${PLAIN_SETTINGS.productName}"}`]);
  });

  it('has each thing made once, whoever asks for it', async () => {
    let made = 0;
    const counter = () => {
      made += 1;
      return made;
    };
    const twice = ({ use }: Scope) => [use(counter), use(counter)];
    const wire = serve({
      contract,
      uses: { counter, twice },
      flow: (deps) => async () => ({ status: 'accepted' as const, hint: String([deps.counter, ...deps.twice]) }),
      input,
    });

    const { body } = await call(wire);

    expect(body).toContain('"hint":"1,1,1"');
  });

  it('answers 204 where the flow answers nothing and no contract wants it', async () => {
    const { statusCode, body } = await call(serve({ contract: silent, uses: {}, flow: () => async () => {}, input }));

    expect([statusCode, body]).toEqual([204, undefined]);
  });

  it('answers a document as it is, with the headers that go beside it', async () => {
    const page = { contentType: 'text/html; charset=utf-8', body: '<p>Hello</p>' };
    const wire = serve({
      contract: silent,
      uses: {},
      flow: () => async () => page,
      input,
      output: (found) => ({ answer: found, headers: { 'x-frame-options': 'DENY' } }),
    });

    const { statusCode, headers, body } = await call(wire);

    expect([statusCode, body]).toEqual([200, page.body]);
    expect(headers).toMatchObject({ 'content-type': page.contentType, 'x-frame-options': 'DENY' });
  });

  it('sets the cookies that go beside an answer', async () => {
    const output = (given: { status: 'accepted' }) => ({ answer: given, cookies: ['a=b'] });

    const { body, cookies } = await call(serve({ contract, uses: {}, flow: accept, input, output }));

    expect([body, cookies]).toEqual(['{"status":"accepted"}', ['a=b']]);
  });

  const signedIn = <const By extends Caller>(caller: By) => httpContract({ ...common, caller, answer });

  /** Each line is an error of the compiler, or the comment above it is one. */
  const refused = [
    // @ts-expect-error -- the contract says 'accepted'
    serve({ contract, uses: {}, flow: () => async () => ({ status: 'acceptd' as const }), input }),
    // @ts-expect-error -- status is missing
    serve({ contract, uses: {}, flow: () => async () => ({}), input }),
    // @ts-expect-error -- the contract knows no field hnit
    serve({ contract, uses: {}, flow: () => async () => ({ status: 'accepted' as const, hnit: '' }), input }),
    // @ts-expect-error -- what `output` makes of it isn't the answer either
    serve({ contract, uses: {}, flow: accept, input, output: () => ({ answer: { status: 200 } }) }),
    // @ts-expect-error -- the contract says that there is no answer
    serve({ contract: silent, uses: {}, flow: accept, input }),
    // @ts-expect-error -- nothing provides the hint
    serve({ contract, uses: {}, flow: needy, input }),
    // @ts-expect-error -- dynamo is not among the ports
    serve({ contract, uses: { accounts: makeAccounts }, flow: accept, input }),
    // @ts-expect-error -- the contract doesn't name the settings of the hasher
    serve({ contract, uses: { hasher: provideHasher }, flow: accept, input }),
    // @ts-expect-error -- nor does any contract name one that there isn't
    serve({ contract: { ...contract, settings: ['productNmae'] as const }, uses: {}, flow: accept, input }),
    // @ts-expect-error -- the request has no such field
    serve({ contract, uses: {}, flow: accept, input: ({ body }) => body.phone_number }),
    // @ts-expect-error -- an owner has to be signed in, and nothing tells who
    serve({ contract: signedIn('session'), uses: {}, flow: accept, input }),
  ];

  /** @asvs 15.3.1 */
  it('is not satisfied with another answer, another need or another caller than declared', () => {
    expect(refused).toHaveLength(11);
  });
});
