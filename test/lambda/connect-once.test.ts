import { describe, expect, it } from '@jest/globals';
import { connectOnce } from '../../shared/lambda/connect-once.ts';

/** A connection that fails a given number of times. */
const connectionAfter = (failures: number) => {
  const state = { tried: 0 };
  const connect = async () => {
    state.tried += 1;
    if (state.tried <= failures) throw new Error('not yet');
    return `connection ${state.tried}`;
  };
  return { state, connect };
};

describe('connect-once', () => {
  it('begins at cold start and connects once for all who ask', async () => {
    const { state, connect } = connectionAfter(0);

    const connected = connectOnce(connect);
    const answers = await Promise.all([connected(), connected(), connected()]);

    expect(answers).toEqual(Array.from({ length: 3 }, () => 'connection 1'));
    expect(state.tried).toBe(1);
  });

  it('begins again with the next who asks after a failure', async () => {
    const { state, connect } = connectionAfter(2);
    const connected = connectOnce(connect);

    await expect(connected()).rejects.toThrow('not yet');
    await expect(connected()).rejects.toThrow('not yet');

    await expect(connected()).resolves.toBe('connection 3');
    await expect(connected()).resolves.toBe('connection 3');
    expect(state.tried).toBe(3);
  });
});
