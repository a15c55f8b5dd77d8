#!/usr/bin/env bash
# One would guess: one key on P-256 has one JWK and one thumbprint (RFC 7638), whichever library reads its PEM file; so a service may take the
#   thumbprint as `kid` and move from authlib.jose to joserfc, as Authlib's notice of deprecation asks.
# What happens: authlib.jose writes the coordinates x and y as short numbers. RFC 7518, section 6.2.1.2, wants the full size, 32 octets, with zeros
#   in front. About one key in 128 has such a zero in x or y: its JWK is one that PyJWT refuses, and its thumbprint is another than joserfc's,
#   jwcrypto's and jose's (of Node's export) for the same PEM. Keys without a zero in front agree, so it is met by chance. (joserfc, by the same
#   makers, had it too and mended it with authlib/joserfc#91 in 2026; no report of it was found for Authlib.)
# Who is hurt: whoever has drawn such a key: servers that use PyJWT can't read the published set, and after the move to joserfc the `kid` of the
#   same key is another, so tokens that are still good aren't verified and a thumbprint that was stored with a session or a device isn't met again.
#
# Seen with Authlib 1.9.10, joserfc 1.8.0, jwcrypto 1.6.1 and PyJWT 2.15.1 with cryptography 50.0.2 (PyPI), jose 6.2.17 (npm), Node 20.20 and
# 24.21, Python 3.11, for the key whose private number is 379, and for 380, which has no zero in front:
#   379: x by authlib 31 octets, by the others 32; thumbprint by authlib cqdWPhcn…, by the others 7Yxe6c_3…; PyJWT: InvalidKeyError
#   380: x by all 32 octets; one thumbprint; PyJWT reads it
#   of the keys 1 to 3000, 25 have a short JWK
#
# Needs Node 20 or newer with npm, and python3 with venv. Exits with 1 when any of this is no longer so.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --save-exact jose@6.2.17
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check Authlib==1.9.10 joserfc==1.8.0 jwcrypto==1.6.1 PyJWT==2.15.1 cryptography==50.0.2

cat > keys.py <<'PY'
import base64
import subprocess

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

import jwt
from authlib.jose import JsonWebKey
from joserfc.jwk import ECKey
from jwcrypto.jwk import JWK

def pem_of(number):
    key = ec.derive_private_key(number, ec.SECP256R1())
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

def octets(coordinate):
    return len(base64.urlsafe_b64decode(coordinate + '=='))

def by_authlib(pem):
    return JsonWebKey.import_key(pem, {'kty': 'EC'})

def told_by_pyjwt(jwk):
    try:
        jwt.PyJWK(jwk)
        return 'read'
    except jwt.InvalidKeyError as error:
        return f'InvalidKeyError: {error}'

def seen_of(number):
    pem = pem_of(number)
    authlib, joserfc, jwcrypto = by_authlib(pem), ECKey.import_key(pem), JWK.from_pem(pem)
    node = subprocess.run(['node', 'thumbprint.js'], input=pem, capture_output=True, check=True)
    return {
        'octets of x': [octets(key['x']) for key in (authlib.as_dict(), joserfc.as_dict(), jwcrypto.export(as_dict=True))],
        'thumbprint by authlib': authlib.thumbprint(),
        'thumbprints by the others': sorted({joserfc.thumbprint(), jwcrypto.thumbprint(), node.stdout.decode().strip()}),
        "PyJWT on authlib's": told_by_pyjwt(authlib.as_dict()),
        "PyJWT on joserfc's": told_by_pyjwt(joserfc.as_dict(private=False)),
    }

def is_short(number):
    jwk = by_authlib(pem_of(number)).as_dict()
    return min(octets(jwk['x']), octets(jwk['y'])) < 32

seen = {379: seen_of(379), 380: seen_of(380), 'short of 3000': sum(is_short(number) for number in range(1, 3001))}
for name, value in seen.items():
    print(f'{name}: {value}')
thumbprint = seen[380]['thumbprint by authlib']
expected = {
    379: {
        'octets of x': [31, 32, 32],
        'thumbprint by authlib': 'cqdWPhcnF9DHfVHOTKaBvs582HJ6LmX0fEgRXTtiGFU',
        'thumbprints by the others': ['7Yxe6c_3bAa6kiaK1G-BZmi9EeNsUmlcbdnrtLeuK4E'],
        "PyJWT on authlib's": 'InvalidKeyError: Coords should be 32 bytes for curve P-256',
        "PyJWT on joserfc's": 'read',
    },
    380: {
        'octets of x': [32, 32, 32],
        'thumbprint by authlib': thumbprint,
        'thumbprints by the others': [thumbprint],
        "PyJWT on authlib's": 'read',
        "PyJWT on joserfc's": 'read',
    },
    'short of 3000': 25,
}
if seen != expected:
    raise SystemExit('it changed')
print('as described')
PY

cat > thumbprint.js <<'JS'
import { readFileSync } from 'node:fs';
import { calculateJwkThumbprint, exportJWK, importSPKI } from 'jose';

const key = await importSPKI(readFileSync(0, 'utf8'), 'ES256', { extractable: true });
console.log(await calculateJwkThumbprint(await exportJWK(key)));
JS
venv/bin/python keys.py
