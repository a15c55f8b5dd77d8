import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type RequestDescriptor, type Verifier, verifySignature } from 'http-message-sig';
import { hmacVerifier } from '../../shared/callers/verify-signature.ts';

/** The request of all examples. @see RFC 9421 Appendix B.2 */
const REQUEST: RequestDescriptor = {
  kind: 'request',
  method: 'POST',
  targetUri: 'https://example.com/foo?param=Value&Pet=dog',
  fields: [
    { name: 'Host', value: 'example.com' },
    { name: 'Date', value: 'Tue, 20 Apr 2021 02:07:55 GMT' },
    { name: 'Content-Type', value: 'application/json' },
    {
      name: 'Content-Digest',
      value: 'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
    },
    { name: 'Content-Length', value: '18' },
  ],
};

const CREATED = 1_618_884_473;

/** @see RFC 9421 Appendix B.1.5, `test-shared-secret` */
const SHARED_SECRET = Buffer.from(
  'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==',
  'base64',
);

/** @see RFC 9421 Appendix B.1.4, `test-key-ed25519` */
const ED25519_KEY = createPublicKey(
  '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----\n',
);

const ed25519Verifier: Verifier = {
  algorithm: 'ed25519',
  verify: (base, signature) => verify(null, base, ED25519_KEY, signature),
};

/** @see RFC 9421 Appendix B.2.5, B.2.6 */
const EXAMPLES = [
  {
    name: 'B.2.5, hmac-sha256',
    verifier: hmacVerifier(SHARED_SECRET),
    input: 'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
    signature: 'sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:',
  },
  {
    name: 'B.2.6, ed25519',
    verifier: ed25519Verifier,
    input:
      'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
    signature: 'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:',
  },
];

describe("RFC 9421's own examples", () => {
  const verifyExample = ({ verifier, input, signature }: (typeof EXAMPLES)[number], request = REQUEST) =>
    verifySignature(
      {
        ...request,
        fields: [...request.fields, { name: 'Signature-Input', value: input }, { name: 'Signature', value: signature }],
      },
      {
        policy: {
          algorithms: [verifier.algorithm],
          requiredComponents: [],
          requiredParameters: ['created'],
          now: CREATED,
        },
        resolveVerifier: () => verifier,
      },
    );

  it.each(EXAMPLES)('$name, is right', async (example) => {
    const { parameters } = await verifyExample(example);

    expect(parameters.created).toBe(CREATED);
  });

  it.each(EXAMPLES)('$name, is wrong for another date', async (example) => {
    const fields = REQUEST.fields.map(({ name, value }) => ({ name, value: value.replace(':55 GMT', ':56 GMT') }));

    await expect(verifyExample(example, { ...REQUEST, fields })).rejects.toMatchObject({ code: 'VerificationFailed' });
  });
});
