import { describe, expect, it } from '@jest/globals';
import { type Keyring, makeKeyring } from '../../shared/keyring/keyring.ts';
import { makeRefreshingKeyring } from '../../shared/keyring/refreshing-keyring.ts';
import { makeFakeClock } from '../support/fake-clock.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const FIVE_MINUTES = 5 * 60;
const signingKeys = [newSigningKey('only')];
const keyringOf = (version: number): Keyring => makeKeyring({ roots: [newRoot(version)], signingKeys });

describe('keep-keyring', () => {
  it('is not stopped by a re-read that was frozen half-way, nor set back by what it brings when it ends after all', async () => {
    const clock = makeFakeClock();
    const begun: ((keyring: Keyring) => void)[] = [];
    const read = () => new Promise<Keyring>((resolve) => void begun.push(resolve));
    const kept = makeRefreshingKeyring({ first: keyringOf(1), read, clock, log: () => undefined });
    clock.advance(FIVE_MINUTES + 1);
    kept.latest(); // starts the read that is frozen
    clock.advance(FIVE_MINUTES + 1);
    kept.latest(); // starts another read at the thaw

    begun[1]?.(keyringOf(3));
    await kept.afterInvoke();
    const learnt = kept.latest().currentVersion();
    begun[0]?.(keyringOf(2));
    await new Promise((resolve) => setImmediate(resolve));

    expect(begun).toHaveLength(2);
    expect([learnt, kept.latest().currentVersion()]).toEqual([3, 3]);
  });

  it('reads once for all who ask at the same time', async () => {
    const clock = makeFakeClock();
    let reads = 0;
    const read = async () => {
      reads += 1;
      return keyringOf(2);
    };
    const kept = makeRefreshingKeyring({
      first: keyringOf(1),
      read,
      clock,
      log: () => undefined,
    });
    clock.advance(4 * FIVE_MINUTES);

    await Promise.all([kept.beforeInvoke(), kept.beforeInvoke(), kept.refresh(), kept.afterInvoke()]);

    expect([reads, kept.latest().currentVersion()]).toEqual([1, 2]);
  });
});
