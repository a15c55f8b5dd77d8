import { afterEach, describe, expect, it } from '@jest/globals';
import { NoEmbeddedDynamo, startEmbeddedDynamo } from '../../local/embedded-dynamo.ts';

const platform = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor;

afterEach(() => {
  Object.defineProperty(process, 'platform', platform);
});

describe('embedded-dynamo', () => {
  it('says on a platform that it has no binary for what to do instead', async () => {
    Object.defineProperty(process, 'platform', { ...platform, value: 'sunos' });

    const refusal = startEmbeddedDynamo({ databaseFile: null });

    await expect(refusal).rejects.toThrow(NoEmbeddedDynamo);
    await expect(refusal).rejects.toThrow(/no binary for sunos-.*AWS_ENDPOINT_URL_DYNAMODB=http/);
  });
});
