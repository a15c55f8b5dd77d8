#!/usr/bin/env bash
# One would guess: from one secret and one algorithm, otplib makes the codes that every authenticator makes, and its version 13 the codes that
#   version 12 made, above all by @otplib/v12-adapter ("Drop-in replacement", "API remains exactly the same").
# What happens: for SHA-512 and a secret of under 32 bytes, 12.0.1 repeats the secret up to 64 bytes and takes that as the key. HMAC fills a
#   short key up with zeros (RFC 2104, section 2), as authenticators and otplib 13 do, so that the codes differ. 12's README says that secrets are
#   padded; the guide for moving to 13 has no word of it. The adapter takes the option createHmacKey, by which 12 let one choose the key, and never
#   calls it. A secret of 20 bytes has the right codes with SHA-256: what is short is counted in hexadecimal digits, and is under half the length.
#   (For SHA-1 and secrets of under 10 bytes it is browserpass/browserpass-extension#358; no report of the change from 12 to 13 was found. That 13
#   refuses secrets of under 16 bytes, 12's own default among them, is documented.)
# Who is hurt: whoever chose SHA-512 for the second factor with 12, where the other side is made with 12 as well (an app or device of one's own):
#   after the upgrade every right code is refused, without an error, and only for accounts of that algorithm. Whoever tests the move with SHA-1
#   doesn't see it. The way out: with 13, hand in the secret repeated to 64 bytes.
#
# Seen with otplib 12.0.1 and 13.5.0, @otplib/v12-adapter 13.4.0 and otpauth 9.5.2 (npm), Node 20.20 and 24.21, for the code at 1111111109:
#   SHA-512, 20 bytes             12: 091201   adapter, 13 and otpauth: 049338
#   SHA-512, 64 bytes             12: 091201   adapter, 13 and otpauth: 091201   (the 20 bytes repeated)
#   SHA-256, 20 bytes             12: 756375   adapter, 13 and otpauth: 756375
#   createHmacKey, called         12: once     adapter: never
#   the code of 12, SHA-512, verified by the adapter: false
#
# Needs Node 20 or newer with npm. Exits with 1 when any of this is no longer so.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --save-exact otplib@13.5.0 otplib-12@npm:otplib@12.0.1 @otplib/v12-adapter@13.4.0 otpauth@9.5.2

cat > codes.js <<'JS'
import { createHmac } from 'node:crypto';
import { authenticator as adapter } from '@otplib/v12-adapter';
import { Secret, TOTP } from 'otpauth';
import { generateSync } from 'otplib';
import before from 'otplib-12';

const SECONDS = 1111111109;
const { authenticator: version12 } = before;

/** RFC 6238 and 4226, with node:crypto's HMAC, which fills up with zeros. */
const byTheRfc = (key, algorithm) => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(SECONDS / 30)));
  const mac = createHmac(algorithm, key).update(counter).digest();
  return String((mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
};
const secretOf = (length) => {
  const key = Uint8Array.from(Buffer.from('1234567890'.repeat(7)).subarray(0, length));
  return { key, text: new Secret({ buffer: key.buffer }).base32 };
};
const withOptions = (library, options) => {
  library.options = { epoch: SECONDS * 1000, ...options };
  return library;
};

const seen = {};
for (const [algorithm, length] of [['sha512', 20], ['sha512', 64], ['sha256', 20]]) {
  const { key, text } = secretOf(length);
  const codes = {
    12: withOptions(version12, { algorithm }).generate(text),
    adapter: withOptions(adapter, { algorithm }).generate(text),
    13: generateSync({ secret: text, algorithm, epoch: SECONDS }),
    otpauth: new TOTP({ secret: text, algorithm }).generate({ timestamp: SECONDS * 1000 }),
    rfc: byTheRfc(key, algorithm),
  };
  for (const [library, code] of Object.entries(codes)) seen[`${algorithm}, ${length} bytes, ${library}`] = code;
}

const { text } = secretOf(20);
const token = withOptions(version12, { algorithm: 'sha512' }).generate(text);
seen["12's code verified by the adapter"] = withOptions(adapter, { algorithm: 'sha512' }).verify({ token, secret: text });
for (const [name, library] of [['12', version12], ['adapter', adapter]]) {
  let calls = 0;
  const createHmacKey = (_algorithm, secret, encoding) => {
    calls += 1;
    return Buffer.from(secret, encoding).toString('hex');
  };
  withOptions(library, { algorithm: 'sha512', createHmacKey }).generate(text);
  seen[`createHmacKey, calls by ${name}`] = calls;
}

const same = (algorithm, length, code, of12 = code) => ({
  [`${algorithm}, ${length} bytes, 12`]: of12,
  [`${algorithm}, ${length} bytes, adapter`]: code,
  [`${algorithm}, ${length} bytes, 13`]: code,
  [`${algorithm}, ${length} bytes, otpauth`]: code,
  [`${algorithm}, ${length} bytes, rfc`]: code,
});
const expected = {
  ...same('sha512', 20, '049338', '091201'),
  ...same('sha512', 64, '091201'),
  ...same('sha256', 20, '756375'),
  "12's code verified by the adapter": false,
  'createHmacKey, calls by 12': 1,
  'createHmacKey, calls by adapter': 0,
};
for (const [name, value] of Object.entries(seen)) console.log(`${name}: ${value}`);
const changed = Object.keys(expected).filter((name) => seen[name] !== expected[name]);
console.log(changed.length === 0 ? 'as described' : `no longer so: ${changed.join('; ')}`);
process.exit(changed.length === 0 ? 0 : 1);
JS
node codes.js
