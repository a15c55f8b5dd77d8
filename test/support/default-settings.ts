import { parseSettings } from '../../shared/settings/settings.ts';

/** What holds where an operator says nothing: the numbers that suites count by. */
export const DEFAULTS = parseSettings({
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.example',
  publicUrl: 'https://auth.bookshelf.example',
});
