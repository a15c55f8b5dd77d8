import { describe, expect, it } from '@jest/globals';
import { REGION } from '../../shared/primitives/region.ts';
import { parseSettings } from '../../shared/settings/settings.ts';

describe('the name of a region', () => {
  it.each(['eu-west-1', 'us-gov-east-1', 'eusc-de-east-1', 'ap-southeast-12'])(
    'may be %s, and the keyring may be copied there',
    (region) => {
      const settings = parseSettings({
        productName: 'Bookshelf',
        sender: 'no-reply@bookshelf.example',
        publicUrl: 'https://auth.bookshelf.example',
        deployment: { backups: { keyringRegions: [region] } },
      });

      expect(region).toMatch(REGION);
      expect(settings.deployment.backups.keyringRegions).toEqual([region]);
    },
  );

  it.each(['', 'Frankfurt', 'eu-west', 'eu-west-1.evil.example', 'evil.example/', 'eu-west-1\n'])(
    'can not be %j',
    (text) => {
      expect(text).not.toMatch(REGION);
    },
  );
});
