#!/usr/bin/env bash
# One would guess: a PHC string that the npm package argon2 writes can be verified by any other argon2 library; it could, up to 0.44.0.
# What happens: 0.45.1 writes the parameters in alphabetical order, m,p,t. The PHC string format fixes m,t,p for argon2 (section "Argon2
#   Encoding"), and the reference decoder reads them in that order only. The package's own verify() takes both, so no test that stays
#   within it notices. The digest itself is the right one: put in order, the string verifies. (Reported as ranisalt/node-argon2#559.)
# Who is hurt: whoever hashes in Node and verifies elsewhere (Python, PHP, C …), moves accounts to another system, or exports them:
#   the right password is refused, with an error that speaks of decoding and not of order.
#
# Seen with argon2 0.45.1 and 0.44.0 (npm), argon2-cffi 25.1.0 (PyPI, over the reference C library), Node 20.20 and 24.21, Python 3.11:
#   0.44.0: $argon2id$v=19$m=19456,t=2,p=1$…    argon2-cffi: verified
#   0.45.1: $argon2id$v=19$m=19456,p=1,t=2$…    argon2-cffi: VerificationError: Decoding failed
#   0.45.1, parameters put in order:            argon2-cffi: verified
#
# Needs Node 20 or newer with npm, and python3 with venv. Exits with 1 when any of this is no longer so.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --save-exact argon2@0.45.1 argon2-before@npm:argon2@0.44.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check argon2-cffi==25.1.0

cat > hash.js <<'JS'
import * as now from 'argon2';
import * as before from 'argon2-before';

const cost = { type: now.argon2id, memoryCost: 19456, timeCost: 2, parallelism: 1, salt: Buffer.alloc(16, 1) };
const written = await now.hash('correct horse', cost);
const earlier = await before.hash('correct horse', cost);
const inOrder = written.replace('m=19456,p=1,t=2', 'm=19456,t=2,p=1');
const itself = (await now.verify(written, 'correct horse')) && (await now.verify(inOrder, 'correct horse'));
console.log(JSON.stringify({ earlier, written, inOrder, itself }));
JS
node hash.js > hashes.json

cat > verify.py <<'PY'
import json
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

def told(phc):
    try:
        return 'verified' if PasswordHasher().verify(phc, 'correct horse') else 'refused'
    except VerificationError as error:
        return f'{type(error).__name__}: {error}'

hashes = json.load(open('hashes.json'))
seen = {
    'order of 0.44.0': hashes['earlier'].split('$')[3],
    'order of 0.45.1': hashes['written'].split('$')[3],
    '0.45.1 verifies both orders': hashes['itself'],
    'argon2-cffi on 0.44.0': told(hashes['earlier']),
    'argon2-cffi on 0.45.1': told(hashes['written']),
    'argon2-cffi on 0.45.1 put in order': told(hashes['inOrder']),
}
for name, value in seen.items():
    print(f'{name}: {value}')
expected = {
    'order of 0.44.0': 'm=19456,t=2,p=1',
    'order of 0.45.1': 'm=19456,p=1,t=2',
    '0.45.1 verifies both orders': True,
    'argon2-cffi on 0.44.0': 'verified',
    'argon2-cffi on 0.45.1': 'VerificationError: Decoding failed',
    'argon2-cffi on 0.45.1 put in order': 'verified',
}
changed = [name for name in expected if seen[name] != expected[name]]
if changed:
    raise SystemExit('no longer so: ' + ', '.join(changed))
print('as described')
PY
venv/bin/python verify.py
