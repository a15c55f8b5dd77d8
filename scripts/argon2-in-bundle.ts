import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * In the bundles in place of @node-rs/argon2's own loader: that one tries 30 platforms, and asks which libc there is. The native file lies
 * beside the bundle. Where it can't be loaded, shared/account/argon2.ts takes the other library.
 */
export const { hashRaw } = createRequire(__filename)(join(__dirname, `argon2.linux-${process.arch}-gnu.node`)) as Pick<
  typeof import('@node-rs/argon2'),
  'hashRaw'
>;
