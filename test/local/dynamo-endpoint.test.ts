import { describe, expect, it } from '@jest/globals';
import { startDynamoEndpoint } from '../../local/database/start-dynamo-endpoint.ts';
import { csprng } from '../../shared/primitives/randomness.ts';

describe('the endpoint of the embedded database', () => {
  it('is asked by nobody who doesn’t know the path of this start, nor told to another origin', async () => {
    const asked: string[] = [];
    const answer = async (operation: string) => {
      asked.push(operation);
      return { status: 200, body: '{}' };
    };
    const { endpoint, close } = await startDynamoEndpoint({ answer, randomness: csprng });
    const { origin, pathname } = new URL(endpoint);
    const options = {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables', origin: 'http://page.example' },
      body: '{}',
    };
    const paths = ['/', `${pathname.slice(0, -1)}/`, `${pathname}x/`, pathname, `${pathname}/`];

    const answers = await Promise.all(paths.map((path) => fetch(origin + path, options)));
    const preflight = await fetch(`${origin}${pathname}/`, {
      method: 'OPTIONS',
      headers: { origin: 'http://page.example' },
    });
    await close();

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 200]);
    expect(asked.filter((operation) => operation === 'ListTables')).toEqual(['ListTables']);
    for (const { headers } of [...answers, preflight]) expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});
