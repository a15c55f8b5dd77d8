#!/usr/bin/env bash
# One would guess: needsRehash() of the npm package argon2 says true of a stored hash that hash() would not make today with the same options,
#   as Python's argon2-cffi (check_needs_rehash: "all parameters") and PHP's password_needs_rehash do.
# What happens: it compares the version, memory, iterations and lanes. The function itself, argon2i or argon2d where argon2id is wanted, and
#   the length of the hash are looked at by neither its code nor its types, though the very object of options that hash() takes names both; a
#   hash of argon2i and 8 bytes is up to date. argon2-cffi 25.1.0 says of the same strings that each has to be made anew. In JavaScript
#   nothing refuses the options that are not read. (No report was found.)
# Who is hurt: whoever takes accounts over from where argon2i was the default (PHP's PASSWORD_ARGON2I, argon2-cffi before 18.2, Django
#   before 3.2) or makes hashes longer, and counts on the next sign-in to renew them: with equal costs they stay as they are for good, and a
#   count of old hashes never goes down. The way out: read the function's name and the digest's length from the string oneself.
#
# Seen with argon2 0.45.1 (npm), argon2-cffi 25.1.0 (PyPI), Node 20.20 and 24.21, Python 3.11; wanted is argon2id, 19456 KiB, 2, 1, 32 bytes:
#   stored                        npm    argon2-cffi
#   as wanted                     false  false
#   2 iterations more             true   true
#   argon2i                       false  true
#   argon2d                       false  true
#   8 bytes instead of 32         false  true
#   argon2i and 8 bytes           false  true
#
# Needs Node 20 or newer with npm, and python3 with venv. Exits with 1 when any of this is no longer so.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --save-exact argon2@0.45.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check argon2-cffi==25.1.0

cat > stored.py <<'PY'
import json
from argon2 import PasswordHasher, Type

def hasher(**other):
    return PasswordHasher(**{'time_cost': 2, 'memory_cost': 19456, 'parallelism': 1, 'hash_len': 32, 'type': Type.ID, **other})

stored = {
    'as wanted': hasher(),
    '2 iterations more': hasher(time_cost=4),
    'argon2i': hasher(type=Type.I),
    'argon2d': hasher(type=Type.D),
    '8 bytes instead of 32': hasher(hash_len=8),
    'argon2i and 8 bytes': hasher(type=Type.I, hash_len=8),
}
wanted = hasher()
told = {}
for name, made_by in stored.items():
    phc = made_by.hash('correct horse')
    told[name] = {'phc': phc, 'python': wanted.check_needs_rehash(phc)}
print(json.dumps(told))
PY
venv/bin/python stored.py > stored.json

cat > compare.js <<'JS'
import { readFileSync } from 'node:fs';
import { argon2id, hash, needsRehash } from 'argon2';

const wanted = { type: argon2id, memoryCost: 19456, timeCost: 2, parallelism: 1, hashLength: 32 };
const stored = JSON.parse(readFileSync('stored.json', 'utf8'));
const expected = {
  'as wanted': 'false false',
  '2 iterations more': 'true true',
  argon2i: 'false true',
  argon2d: 'false true',
  '8 bytes instead of 32': 'false true',
  'argon2i and 8 bytes': 'false true',
};
const changed = Object.entries(stored).filter(([name, { phc, python }]) => {
  const seen = `${needsRehash(phc, wanted)} ${python}`;
  console.log(`${name}: npm and argon2-cffi say ${seen}`);
  return seen !== expected[name];
});
// The options are hash()'s own: it makes what they say.
const own = await hash('correct horse', wanted);
const isAsWanted = own.startsWith('$argon2id$') && Buffer.from(own.split('$').at(-1), 'base64').length === 32;
console.log(changed.length === 0 && isAsWanted ? 'as described' : `no longer so: ${changed.map(([name]) => name).join('; ')}`);
process.exit(changed.length === 0 && isAsWanted ? 0 : 1);
JS
node compare.js
