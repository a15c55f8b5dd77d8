/** A password hash as the strictest reader of the standard parses it. */
export interface StrictPhc {
  memoryKiB: number;
  iterations: number;
  parallelism: number;
  saltBytes: number;
  digestBytes: number;
}

/** A decimal as in the reference decoder: no sign, no leading zero, 32 bits at most. */
const decimal = (text: string, name: string): number => {
  if (!/^(?:0|[1-9][0-9]{0,9})$/.test(text) || Number(text) > 2 ** 32 - 1) throw new Error(`${name} is no decimal`);
  return Number(text);
};

/** Base64 as in the reference decoder: no padding, and unused bits must be zero. */
const base64 = (text: string, name: string): Buffer => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== text) throw new Error(`${name} is not the base64 of its bytes`);
  return bytes;
};

/**
 * Parses a PHC string of argon2id as `decode_string` of the reference code does, on which Python's, PHP's and other
 * verifiers are based: prefix by prefix, in one order, to the last character.
 *
 * @throws Error that names the invalid part
 * @see https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md#argon2-encoding
 * @see https://github.com/P-H-C/phc-winner-argon2/blob/master/src/encoding.c
 */
export const readPhcStrictly = (phc: string): StrictPhc => {
  let rest = phc;
  const prefix = (text: string): void => {
    if (!rest.startsWith(text)) throw new Error(`${JSON.stringify(text)} is missing before ${JSON.stringify(rest)}`);
    rest = rest.slice(text.length);
  };
  const upTo = (end: string): string => {
    const at = rest.indexOf(end);
    const text = at < 0 ? rest : rest.slice(0, at);
    rest = rest.slice(text.length);
    return text;
  };

  prefix('$argon2id');
  prefix('$v=');
  if (decimal(upTo('$'), 'v') !== 19) throw new Error('another version');
  prefix('$m=');
  const memoryKiB = decimal(upTo(','), 'm');
  prefix(',t=');
  const iterations = decimal(upTo(','), 't');
  prefix(',p=');
  const parallelism = decimal(upTo('$'), 'p');
  prefix('$');
  const saltBytes = base64(upTo('$'), 'salt').length;
  prefix('$');
  const digestBytes = base64(rest, 'digest').length;

  // The bounds of validate_inputs in the reference code, and the specification's minimum of 8 bytes of salt and 12 of
  // digest.
  const isValid =
    parallelism >= 1 &&
    parallelism < 2 ** 24 &&
    iterations >= 1 &&
    memoryKiB >= 8 * parallelism &&
    saltBytes >= 8 &&
    saltBytes <= 48 &&
    digestBytes >= 12 &&
    digestBytes <= 64;
  if (!isValid) throw new Error('out of bounds');
  return { memoryKiB, iterations, parallelism, saltBytes, digestBytes };
};
