import { afterEach, describe, expect, it } from '@jest/globals';
import { dynoxideBinary, NoEmbeddedDynamo } from '../../local/database/dynoxide-binary.ts';

const platform = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor;

afterEach(() => {
  Object.defineProperty(process, 'platform', platform);
});

describe('embedded-dynamo', () => {
  it('says on a platform that it has no binary for what to do instead', () => {
    Object.defineProperty(process, 'platform', { ...platform, value: 'sunos' });

    expect(dynoxideBinary).toThrow(NoEmbeddedDynamo);
    expect(dynoxideBinary).toThrow(/no binary for sunos-.*AWS_ENDPOINT_URL_DYNAMODB=http/);
  });
});
