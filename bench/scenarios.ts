import { GOOD_REQUESTS, MESSAGE_REQUESTS } from '../test/catalogue/catalogue.ts';
import type { GoodRequest } from '../test/catalogue/good-request.ts';
import { codeNow, openWithApp, PASSWORD } from '../test/catalogue/people.ts';
import { post } from '../test/catalogue/service.ts';
import { MAIL_BATCH } from './bench-service.ts';
import { gather } from './http-load.ts';
import { at, HASHING, prepareMany, type Scenario } from './scenario.ts';
import { USUAL_WEIGHT, WEIGHTS, type Weight } from './weights.ts';

/** A flow's request of the catalogue as a load. */
const scenarioOf = (good: GoodRequest, weight: Weight): Scenario => {
  const { shared, isChain = false, ...measured } = weight;
  return {
    flow: good.flow,
    aimMs: null,
    hashes: 0,
    ...measured,
    prepare: async ({ service, calls }) => {
      const prepared = await prepareMany(good.prepare, { service, count: Math.min(shared ?? calls, calls) });
      const before = prepared.map((): Promise<unknown> => Promise.resolve());
      return (index, { call }) => {
        const { request, answered } = at(prepared, index);
        const make = () => call(request(), good.succeeds);
        if (!isChain) return make();
        const made = at(before, index).then(async () => answered?.(JSON.parse(await make())));
        before[index % before.length] = made;
        return made;
      };
    },
  };
};

/** The whole sign-in with two factors: the password, then the code. */
const SIGN_IN_WITH_APP: Scenario = {
  flow: 'sign-in + TOTP',
  count: HASHING,
  aimMs: 4.5,
  hashes: 1,
  requests: 2,
  prepare: async ({ service, calls }) => {
    const owners = await prepareMany(openWithApp, { service, count: calls });
    return async (index, { call }) => {
      const { email, secret } = at(owners, index);
      const answer = JSON.parse(await call(post('/sessions', { email, password: PASSWORD })));
      return call(post('/verification/verify', { code: codeNow(service, secret) }, answer.challenge_token));
    };
  },
};

/** Requests that are made concurrently before a delivery is measured. */
const ASKING_AT_ONCE = 6;

/** An operation is one recovery mail, the most expensive message. It is measured in full batches and counted alone. */
const deliveryOf = ({ flow, prepare }: GoodRequest): Scenario => ({
  flow,
  count: { alone: 400, round: 50 },
  aimMs: null,
  hashes: 0,
  requests: 0,
  perCall: MAIL_BATCH,
  atOnce: 1,
  prepare: async ({ service, calls, perCall }) => {
    const asking = await prepareMany(prepare, { service, count: calls * perCall });
    const messages = await service.messagesOf(() =>
      gather(asking.length, ASKING_AT_ONCE, (index) => service.ask(at(asking, index).request())),
    );
    return (index, { deliver }) => deliver(messages.slice(index * perCall, (index + 1) * perCall));
  },
});

/** The catalogue names the request that a flow is for by the flow alone; its other paths are not measured. */
const isPlain = ({ name, flow }: GoodRequest): boolean => name === flow;

const places = Object.keys(WEIGHTS);
const placeOf = ({ flow }: Scenario): number => (places.includes(flow) ? places.indexOf(flow) : places.length);

/** Every measured flow: those of the catalogue, a delivery, and a journey of two requests. */
export const SCENARIOS: readonly Scenario[] = [
  ...GOOD_REQUESTS.filter(isPlain)
    .map((good) => scenarioOf(good, WEIGHTS[good.flow] ?? USUAL_WEIGHT))
    .toSorted((a, b) => placeOf(a) - placeOf(b)),
  ...MESSAGE_REQUESTS.filter(isPlain).map(deliveryOf),
  SIGN_IN_WITH_APP,
];
