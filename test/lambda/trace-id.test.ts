import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { describeService } from '../../functions/describe-service/contract.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { traceIdIn } from '../../shared/lambda/trace-id.ts';
import { PLAIN_SETTINGS } from '../support/lone-runtime.ts';

const ID = '1-5759e988-bd862e3fe1be46a994272793';

describe('the id of a trace', () => {
  it.each([
    ['as Lambda leaves it', `Root=${ID};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a87bd80c:1`],
    ['in any order', `Sampled=1;Root=${ID}`],
    ['after what somebody else sent on', `Self=1-67891234-12456789abcdef012345678a;Root=${ID};Sampled=1`],
  ])('is found %s', (_, header) => {
    expect(traceIdIn({ _X_AMZN_TRACE_ID: header })).toBe(ID);
  });

  it.each([
    ['no header', undefined],
    ['an empty one', ''],
    ['a call that is not traced', `Root=${ID};Parent=53995c3f42cd8ad8;Sampled=0`],
    ['a call of which nobody has decided', `Root=${ID}`],
    ['what is no id', 'Root=1-a-secret;Sampled=1'],
    ['an id with more behind it', `Root=${ID}and-a-secret;Sampled=1`],
  ])('is not there with %s', (_, header) => {
    expect(traceIdIn({ ...(header !== undefined && { _X_AMZN_TRACE_ID: header }) })).toBeNull();
  });
});

describe('a deployed function', () => {
  const environment = { ...process.env };
  afterEach(() => {
    process.env = { ...environment };
    jest.restoreAllMocks();
  });

  it('says of each line which trace leads to more: the header is new with each call', () => {
    Object.assign(process.env, { KEYTURN_SETTINGS: JSON.stringify(PLAIN_SETTINGS), METRICS_NAMESPACE: 'Keyturn/test' });
    Object.assign(process.env, { KEYRING: 'file:///nowhere' });
    const lines: string[] = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    const { log } = processRuntime(describeService);

    process.env._X_AMZN_TRACE_ID = `Root=${ID};Parent=53995c3f42cd8ad8;Sampled=1`;
    log('info', 'request');
    process.env._X_AMZN_TRACE_ID = `Root=${ID};Parent=53995c3f42cd8ad8;Sampled=0`;
    log('info', 'request');

    expect(lines.map((line) => JSON.parse(line).trace_id)).toEqual([ID, undefined]);
  });
});
