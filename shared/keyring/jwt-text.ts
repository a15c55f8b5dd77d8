import { JWT_KINDS, type JwtKindName } from './token-kinds.ts';

/** The only algorithm; a token's header can't choose another (RFC 8725 §3.1). API Gateway's JWT authorizer requires RSA. */
const JWT_ALGORITHM = 'RS256';

/** Writes a part of a JWT: JSON in base64url without padding. @see RFC 7515 §3 */
export const writePart = (members: object | null): string => Buffer.from(JSON.stringify(members)).toString('base64url');

/**
 * Reads a part that {@link writePart} wrote, letter for letter.
 *
 * @returns `null` for any other text, even of the same meaning: a member that occurs twice, of which parsers take one or the other
 * (RFC 7515 §4, RFC 7519 §4), white space, needless escapes, ill-formed UTF-8, padding, bits that base64 leaves over (RFC 4648 §3.5)
 */
export const readPart = (text: string): Readonly<Record<string, unknown>> | null => {
  let members: Record<string, unknown> | null; // or a value that has none, and so no member that a caller asks for
  try {
    members = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return null;
  }
  return writePart(members) === text ? members : null;
};

/** The header of a kind of JWT, the same for every token of a key. */
export const writeHeader = (kind: JwtKindName, kid: string): string =>
  writePart({ alg: JWT_ALGORITHM, typ: JWT_KINDS[kind].typ, kid });
