import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { KeyringDocument } from '../../shared/keyring/keyring.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { signOpaque, verifyOpaque } from '../../shared/keyring/sign-opaque.ts';
import { OPAQUE_KINDS } from '../../shared/keyring/token-kinds.ts';
import { makeInvocationHooks } from '../../shared/lambda/invocation-hooks.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { makeAccessTokenSigner, makeAccessTokenVerifier } from '../../shared/session/access-tokens.ts';
import { outside } from '../support/outside.ts';
import { KEYRING_ARN, type RotationWorld, startRotationWorld } from '../support/rotation-world.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const FIVE_MINUTES = 5 * 60;
const FIFTEEN_MINUTES = 3 * FIVE_MINUTES;
const WAIT_MS = 2000;

/** What stands still is `setTimeout` alone. */
const STANDING_TIMEOUTS: Parameters<typeof jest.useFakeTimers>[0] = {
  doNotFake: [
    'Date',
    'hrtime',
    'nextTick',
    'performance',
    'queueMicrotask',
    'setImmediate',
    'clearImmediate',
    'setInterval',
    'clearInterval',
  ],
};

/** Lets time pass for the service, and what follows from that happen. */
const pass = async (ms: number): Promise<void> => {
  await jest.advanceTimersByTimeAsync(ms);
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** Work of which one can ask whether it is over. */
const watched = <T>(result: Promise<T>): { result: Promise<T>; isOver(): boolean } => {
  let over = false;
  void result.finally(() => {
    over = true;
  });
  return { result, isOver: () => over };
};

const first = newSigningKey('first');
const second = newSigningKey('second');
const document: KeyringDocument = { roots: [newRoot(1)], signingKeys: [first] };
const authority = { issuer: 'https://auth.bookshelf.example', audience: 'keyturn' };

/**
 * Lambda freezes a process after its answer, so background work must have ended by then.
 *
 * @see AWS Lambda developer guide, "Understanding the Lambda execution environment lifecycle"
 */
describe('a keyring in a process that is frozen between requests', () => {
  // One for each test, and all are there until the last has ended: a re-read may go on beyond the test that began it.
  const worlds: RotationWorld[] = [];
  let world: RotationWorld;
  beforeEach(async () => {
    world = await startRotationWorld();
    worlds.push(world);
    world.secrets.reset(JSON.stringify(document));
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });
  afterAll(() => Promise.all(worlds.map(({ close }) => close())));

  /** Adds a second signing key, in use at once. */
  const rotate = (): void => {
    const signingKeys = [first, { ...second, activeFromEpochSeconds: world.clock.nowSeconds() }];
    world.secrets.overwrite('by-hand', JSON.stringify({ ...document, signingKeys }));
  };
  const reads = (): number => world.secrets.calls.length;
  const kidsOf = ({ body }: { body: object }): string[] =>
    (body as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
  /** Delays Secrets Manager's next answer. */
  const slowly = (ms: number): void =>
    world.secrets.interrupt('GetSecretValue', () => new Promise((resolve) => setTimeout(resolve, ms)));
  /** Does something, in the time of the service's own timers, while Secrets Manager answers no read. @param something is told of the first */
  const whileReadsHang = async <T>(something: (begun: Promise<void>) => Promise<T>): Promise<T> => {
    const begun = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    const { secrets } = world; // a read that begins later is still of this one
    const hang = (): Promise<void> => {
      secrets.interrupt('GetSecretValue', hang);
      begun.resolve();
      return over.promise;
    };
    world.secrets.interrupt('GetSecretValue', hang);
    jest.useFakeTimers(STANDING_TIMEOUTS);
    jest.spyOn(outside, 'setTimeout').mockImplementation(setTimeout);
    jest.spyOn(outside, 'clearTimeout').mockImplementation(clearTimeout);
    jest.spyOn(outside.AbortSignal, 'timeout').mockReturnValue(new AbortController().signal); // its time would be the machine's
    try {
      return await something(begun.promise);
    } finally {
      over.resolve();
    }
  };
  const notRead = (): unknown[] =>
    world.logs.map((line) => JSON.parse(line)).filter(({ event }) => event === 'keyring-not-read');

  const place = () => ({
    config: { keyring: KEYRING_ARN },
    clock: world.clock,
    randomness: csprng,
    log: () => undefined,
  });
  /** Any function that uses keys, between its hooks, as handlers of every kind call it. It has read the keyring just before the rotation. */
  const warmFunction = async (): Promise<() => Promise<string[]>> => {
    const hooks = makeInvocationHooks();
    const keyring = await openKeyring({ ...place(), hooks });
    rotate();
    return async () => {
      await hooks.beforeInvoke();
      const used = keyring.publicKeys().map(({ kid }) => kid);
      await hooks.afterInvoke();
      return used;
    };
  };
  /** The one that publishes the keys. */
  const warmPublisher = async () => {
    const ask = await world.describeService();
    await ask('describe-service/jwks');
    rotate();
    return ask;
  };

  it('is read anew before an answer leaves, so that the next request has it however soon or late it comes', async () => {
    const call = await warmFunction();
    const readsBefore = reads();
    world.clock.advance(FIVE_MINUTES + 1);
    slowly(200);

    const during = await call();
    const next = await call();

    expect([during, next]).toEqual([['first'], ['first', 'second']]);
    expect(reads() - readsBefore).toBe(1);
  });

  it('is read before anything is done where it is so old that it may lack keys in use', async () => {
    const call = await warmFunction();
    world.clock.advance(FIFTEEN_MINUTES + 1);
    slowly(200);

    expect(await call()).toEqual(['first', 'second']);
  });

  it('keeps no answer waiting while it is fresh', async () => {
    const call = await warmFunction();
    const readsBefore = reads();
    world.clock.advance(FIVE_MINUTES);

    expect(await call()).toEqual(['first']);
    expect(reads()).toBe(readsBefore);
  });

  it('keeps an answer waiting two seconds at most, once, and goes on with the keys at hand', async () => {
    const call = await warmFunction();
    world.clock.advance(FIFTEEN_MINUTES + 1);

    const answers = await whileReadsHang(async (begun) => {
      const asked = watched(call());
      await begun;
      await pass(WAIT_MS - 1);
      expect(asked.isOver()).toBe(false);
      await pass(1);
      return [await asked.result, await call()];
    });

    expect(answers).toEqual([['first'], ['first']]);
  });

  describe('that publishes its keys to verifiers that give up after a second and a half', () => {
    /** A third of that, for there are a network and perhaps a start before it. */
    const PUBLISHING_WAIT_MS = 500;

    it('has what was read when it answers, so that no cache keeps what is out of date', async () => {
      const ask = await warmPublisher();
      const readsBefore = reads();
      world.clock.advance(FIVE_MINUTES + 1);
      slowly(200);

      expect(kidsOf(await ask('describe-service/jwks'))).toEqual(['first', 'second']);
      expect(reads() - readsBefore).toBe(1);
    });

    it('waits half a second and no longer, and answers with the keys at hand', async () => {
      const ask = await warmPublisher();
      world.clock.advance(FIFTEEN_MINUTES + 1);

      const [answer, again] = await whileReadsHang(async (begun) => {
        const asked = watched(ask('describe-service/jwks'));
        await begun;
        await pass(PUBLISHING_WAIT_MS - 1);
        expect(asked.isOver()).toBe(false);
        await pass(1);
        return [await asked.result, await ask('describe-service/jwks')] as const;
      });

      expect([answer, again].map(({ status }) => status)).toEqual([200, 200]);
      expect(kidsOf(answer)).toEqual(['first']);
    });

    it('says where they are without reading the keyring: in a new process, and in one whose keyring is old', async () => {
      const ask = await warmPublisher();
      world.clock.advance(FIFTEEN_MINUTES + 1);

      const answers = await whileReadsHang(async () => [
        await ask('describe-service/discovery'),
        await (await world.describeService())('describe-service/discovery'),
      ]);

      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    });

    it('reads them as the process starts, before any verifier asks', async () => {
      await (await world.describeService())('describe-service/jwks'); // loads the module, which starts a process of its own
      const begun = Promise.withResolvers<void>();
      world.secrets.interrupt('GetSecretValue', async () => begun.resolve());

      await world.describeService();

      await expect(begun.promise).resolves.toBeUndefined();
    });
  });

  it('tells in the log that it was not to be read, and why', async () => {
    const ask = await warmPublisher();
    world.clock.advance(FIVE_MINUTES + 1);
    world.secrets.fail('access-denied');

    const answer = await ask('describe-service/jwks');

    expect(answer.status).toBe(200);
    expect(notRead()).toMatchObject([{ level: 'warn', error_name: 'SecretRefused', code: 'AccessDeniedException' }]);
  });

  const openOne = () => openKeyring({ ...place(), hooks: makeInvocationHooks() });

  it('waits two seconds, and no longer, for what it does not know', async () => {
    const keyring = await openOne();
    world.clock.advance(61);

    const outcome = await whileReadsHang(async (begun) => {
      const refresh = watched(keyring.refreshFor(2).catch((error: Error) => error.name));
      await begun;
      await pass(WAIT_MS - 1);
      expect(refresh.isOver()).toBe(false);
      await pass(1);
      return refresh.result;
    });

    expect(outcome).toBe('KeyringOutdated');
  });

  describe('meets an access token', () => {
    const openAll = async () => {
      const keyring = await openOne();
      const shared = { keyring, authority, clock: world.clock, randomness: csprng };
      return {
        verify: makeAccessTokenVerifier(shared).verify,
        sign: () =>
          makeAccessTokenSigner({ ...shared, lifetimeSeconds: 300 }).sign({
            accountId: csprng.uuid(),
            sessionId: csprng.uuid(),
            epoch: 1,
            authTimeEpochSeconds: world.clock.nowSeconds(),
            methods: ['pwd'],
          }),
      };
    };
    /** A function that knows only the first key, and a token that the second one signed. */
    const thawed = async (seconds: number) => {
      const { verify } = await openAll();
      rotate();
      world.clock.advance(seconds);
      const token = (await openAll()).sign();
      return { verify, token, readsBefore: reads() };
    };
    const withKid = (token: string, kid: string): string => {
      const header = Buffer.from(JSON.stringify({ alg: 'RS256', typ: 'at+jwt', kid })).toString('base64url');
      return [header, ...token.split('.').slice(1)].join('.');
    };

    it('of a key that it does not know: it looks again, and the good token is good', async () => {
      const { verify, token } = await thawed(61);

      expect(await verify(token)).not.toBeNull();
    });

    it('of a key that nobody knows: it looks again once a minute, however many come', async () => {
      const { verify, token, readsBefore } = await thawed(61);

      const answers: unknown[] = [];
      for (let index = 0; index < 20; index += 1) answers.push(await verify(withKid(token, `invented-${index}`)));
      world.clock.advance(59);
      answers.push(await verify(withKid(token, 'invented')));

      expect(new Set(answers)).toEqual(new Set([null]));
      expect(reads() - readsBefore).toBe(1);
    });

    it('of a key that it does not know while it can not look: it asks to come back, and tries once a minute', async () => {
      const { verify, token, readsBefore } = await thawed(61);
      world.secrets.fail('access-denied'); // without retries, so that calls can be counted

      const outcomes = [await verify(token).catch((error: Error) => error.name)];
      world.clock.advance(60);
      outcomes.push(await verify(token).catch((error: Error) => error.name));
      const tries = reads() - readsBefore;
      world.secrets.heal();
      world.clock.advance(1);

      expect(outcomes).toEqual(['KeyringOutdated', 'KeyringOutdated']);
      expect(tries).toBe(1);
      expect(await verify(token)).not.toBeNull();
    });
  });

  describe.each(Object.entries(OPAQUE_KINDS))('meets a %s', (_, kind) => {
    const payload = Buffer.alloc(kind.payloadBytes, 7);
    const withVersion = (text: string, version: number): string => {
      const bytes = Buffer.from(text, 'base64url');
      bytes.writeUInt8(version, 1);
      return bytes.toString('base64url');
    };
    /** A function that knows only the first root, and a token under the second one. */
    const thawed = async () => {
      const keyring = await openOne();
      const roots = [...document.roots, { ...newRoot(2), activeFromEpochSeconds: world.clock.nowSeconds() }];
      world.secrets.overwrite('by-hand', JSON.stringify({ ...document, roots }));
      world.clock.advance(61);
      const token = signOpaque(await openOne(), kind, payload);
      return { read: (text: string) => verifyOpaque(keyring, kind, text), token, readsBefore: reads() };
    };

    it('of a root that it does not know: it looks again, waits for that, and the good token is good', async () => {
      const { read, token } = await thawed();
      slowly(200);

      expect(await read(token)).toEqual(payload);
    });

    it('of a version that nobody knows: it is invalid, and looked for once a minute, however many come', async () => {
      const { read, token, readsBefore } = await thawed();

      const answers: unknown[] = await Promise.all([3, 4, 255, 0].map((version) => read(withVersion(token, version))));
      for (let version = 3; version < 23; version += 1) answers.push(await read(withVersion(token, version)));
      world.clock.advance(59);
      answers.push(await read(withVersion(token, 254)));
      const within = reads() - readsBefore;
      world.clock.advance(2);
      answers.push(await read(withVersion(token, 253)));

      expect(new Set(answers)).toEqual(new Set([null]));
      expect([within, reads() - readsBefore]).toEqual([1, 2]);
    });

    it('of a version that it knows, or that can not come any more: it looks for nothing', async () => {
      const keyring = await openOne();
      const token = signOpaque(keyring, kind, payload);
      const readsBefore = reads();
      world.clock.advance(61);

      expect(await verifyOpaque(keyring, kind, token)).toEqual(payload);
      expect(await verifyOpaque(keyring, kind, withVersion(token, 0))).toBeNull();
      expect(reads() - readsBefore).toBe(0);
    });

    it('of a root that it does not know while it can not look: it asks to come back, and tries once a minute', async () => {
      const { read, token, readsBefore } = await thawed();
      world.secrets.fail('access-denied'); // without retries, so that calls can be counted

      const outcomes = [await read(token).catch((error: Error) => error.name)];
      world.clock.advance(60);
      outcomes.push(await read(token).catch((error: Error) => error.name));
      const tries = reads() - readsBefore;
      world.secrets.heal();
      world.clock.advance(1);

      expect(outcomes).toEqual(['KeyringOutdated', 'KeyringOutdated']);
      expect(tries).toBe(1);
      expect(await read(token)).toEqual(payload);
    });
  });
});
