import { createHash } from 'node:crypto';
import { isInnerList, parseDictionary } from 'structured-headers';
import { constantTimeEqual } from '../primitives/digest.ts';

/** Those that are fit against an attacker; others in the field are passed over. @see RFC 9530 §5 */
const ALGORITHMS = { 'sha-256': 'sha256', 'sha-512': 'sha512' } as const;

/**
 * Whether a body is the one that the field Content-Digest was made of. Each algorithm that is known has to agree, and one has
 * to be known.
 *
 * @throws Error of the parser where the field is no dictionary
 * @see RFC 9530 §2
 */
export const isDigestOf = (field: string, body: Buffer): boolean => {
  const digests = parseDictionary(field);
  const known = Object.entries(ALGORITHMS).filter(([name]) => digests.has(name));
  const agrees = ([name, algorithm]: [string, string]): boolean => {
    const member = digests.get(name);
    if (!member || isInnerList(member) || !(member[0] instanceof ArrayBuffer)) return false;
    const wanted = createHash(algorithm).update(body).digest('base64');
    return constantTimeEqual(Buffer.from(member[0]).toString('base64'), wanted);
  };
  return known.length > 0 && known.every(agrees);
};
