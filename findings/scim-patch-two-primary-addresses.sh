#!/usr/bin/env bash
# One would guess: when a SCIM PATCH makes another e-mail address a user's primary one, the library that applies it takes the mark from the
#   address of before. RFC 7644, section 3.5.2, says that setting "primary" to true SHALL set it to false on every other value, and RFC 7643,
#   section 2.4, that it is true no more than once. And an attribute is found by its name in any case (RFC 7643, section 2.1).
# What happens: scim-patch and scimmy, the two libraries of npm for it, leave both addresses primary, whether the new one is added or an old one
#   is marked. For the path DisplayName, scim-patch answers a user with both displayName, unchanged, and DisplayName; scimmy refuses it.
#   scim2-models, of Python, does all of it as the RFCs say. (It had the same, python-scim/scim2-models#116, and mended it. Of the other two, a
#   report was found about the case of names in scimmy's filters alone, scimmyjs/scimmy#7.)
# Who is hurt: people whose directory moves them to a new address. A service that mails the first primary address goes on writing to
#   the old one, codes and links of recovery among it, and has answered the directory that the change is made. Nothing is logged.
#
# Seen with scim-patch 0.8.3 and scimmy 1.3.5 (npm), scim2-models 0.12.3 (PyPI), Node 20.20 and 24.21, Python 3.11:
#   add new@, primary     scim-patch: old@ new@   scimmy: old@ new@   scim2-models: new@
#   mark home@, primary   scim-patch: old@ home@  scimmy: old@ home@  scim2-models: home@
#   replace DisplayName   scim-patch: Old, New    scimmy: refused     scim2-models: New
#
# Needs Node 20 or newer with npm, and python3 with venv. Exits with 1 when any of this is no longer so.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --save-exact scim-patch@0.8.3 scimmy@1.3.5
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check scim2-models==0.12.3

cat > user.json <<'JSON'
{
  "id": "1",
  "userName": "ann",
  "displayName": "Old",
  "emails": [
    { "value": "old@x.org", "type": "work", "primary": true },
    { "value": "home@x.org", "type": "home" }
  ]
}
JSON
cat > patches.json <<'JSON'
{
  "add": { "op": "add", "path": "emails", "value": [{ "value": "new@x.org", "type": "other", "primary": true }] },
  "mark": { "op": "replace", "path": "emails[type eq \"home\"].primary", "value": true },
  "name": { "op": "replace", "path": "DisplayName", "value": "New" }
}
JSON

cat > patch.js <<'JS'
import { readFileSync } from 'node:fs';
import { scimPatch } from 'scim-patch';
import SCIMMY from 'scimmy';

const read = (name) => JSON.parse(readFileSync(name, 'utf8'));
const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
const libraries = {
  'scim-patch': async (operation) => scimPatch(read('user.json'), [operation]),
  scimmy: (operation) =>
    new SCIMMY.Messages.PatchOp({ schemas, Operations: [operation] }).apply(new SCIMMY.Schemas.User(read('user.json')), async (user) => user),
};
const primary = ({ emails }) => emails.filter((email) => email.primary).map(({ value }) => value.replace('x.org', ''));
const names = (user) => Object.keys(user).filter((key) => key.toLowerCase() === 'displayname').map((key) => user[key]);
for (const [name, operation] of Object.entries(read('patches.json'))) {
  for (const [library, patch] of Object.entries(libraries)) {
    const told = await patch(operation).then(name === 'name' ? names : primary, () => ['refused']);
    console.log(`${name} ${library}: ${told.join(' ')}`);
  }
}
JS

cat > patch.py <<'PY'
import json
from scim2_models import PatchOp, User

for name, operation in json.load(open('patches.json')).items():
    user = User.model_validate(json.load(open('user.json')))
    schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
    PatchOp[User].model_validate({'schemas': schemas, 'Operations': [operation]}).patch(user)
    told = [user.display_name] if name == 'name' else [email.value.replace('x.org', '') for email in user.emails if email.primary]
    print(f'{name} scim2-models: {" ".join(told)}')
PY

{ node patch.js; venv/bin/python patch.py; } | sort | tee seen.txt
cat > expected.txt <<'TEXT'
add scim-patch: old@ new@
add scim2-models: new@
add scimmy: old@ new@
mark scim-patch: old@ home@
mark scim2-models: home@
mark scimmy: old@ home@
name scim-patch: Old New
name scim2-models: New
name scimmy: refused
TEXT
diff <(sort expected.txt) seen.txt || { echo 'it changed'; exit 1; }
echo 'as described'
