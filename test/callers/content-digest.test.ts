import { describe, expect, it } from '@jest/globals';
import { isDigestOf } from '../../shared/callers/content-digest.ts';

const BODY = Buffer.from('{"hello": "world"}\n');
/** @see RFC 9530 Appendix B.1, of the body with its line end */
const SHA_256 = 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:';
/** @see RFC 9530 Appendix B.1 */
const SHA_512 = 'sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:';

describe('Content-Digest', () => {
  it.each([SHA_256, SHA_512, `${SHA_256}, ${SHA_512}`, `md5=:AAAA:, ${SHA_256}`, `${SHA_256},${SHA_512}`])(
    'is of the body: %s',
    (field) => {
      expect(isDigestOf(field, BODY)).toBe(true);
    },
  );

  it.each([
    ['of another body', SHA_256.replace('RK', 'RL')],
    ['of two algorithms that disagree', `${SHA_256}, ${SHA_512.replace('YM', 'YN')}`],
    ['repeated, the last of another body', `${SHA_256}, ${SHA_256.replace('RK', 'RL')}`],
    ['of no algorithm that is fit', 'md5=:AAAA:, unixsum=:AAAA:'],
    ['cut off', 'sha-256=:RK/0:'],
    ['a text, not bytes', 'sha-256="RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg="'],
    ['a list', 'sha-256=("a")'],
    ['empty', ''],
  ])('is not of the body where it is %s', (_, field) => {
    expect(isDigestOf(field, BODY)).toBe(false);
  });
});
