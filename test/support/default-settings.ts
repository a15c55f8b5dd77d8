import { parseSettings } from '../../shared/settings/settings.ts';

/** The default settings, for suites that count to a limit. */
export const DEFAULTS = parseSettings({
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.example',
  publicUrl: 'https://auth.bookshelf.example',
});
