import { describe, expect, it } from '@jest/globals';
import * as manifest from '../../functions/manifest.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { ALL_REQUESTS, MESSAGE_REQUESTS } from '../catalogue/catalogue.ts';

const contracts: readonly Contract[] = Object.values(manifest);
const entries = [...ALL_REQUESTS, ...MESSAGE_REQUESTS];

/** The flows that a request reaches, at once or by a message. AWS alone calls the others, with events of its own. */
const reached = contracts.filter(({ trigger }) => trigger === 'http' || trigger === 'stream');

describe('the catalogue of good requests', () => {
  it.each(reached)('has the request that $flow is for', ({ flow, trigger }) => {
    const list = trigger === 'stream' ? MESSAGE_REQUESTS : ALL_REQUESTS;
    if (list.some(({ name }) => name === flow)) return;

    const file = trigger === 'stream' ? 'message-requests.ts' : '…-requests.ts of its subject';
    throw new Error(`${flow} has no good request: add one with the name '${flow}' to test/catalogue/${file}`);
  });

  it('has a name of its own for each', () => {
    const names = entries.map(({ name }) => name);

    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('has no request of a flow that there is not', () => {
    const flows = new Set(reached.map(({ flow }) => flow));

    expect(entries.filter(({ flow }) => !flows.has(flow))).toEqual([]);
  });
});
