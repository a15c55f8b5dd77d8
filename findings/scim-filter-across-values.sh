#!/usr/bin/env bash
# One would guess: a filter in square brackets is held against one value at a time. RFC 7644, section 3.4.2.2, gives
#   emails[type eq "work" and value co "@example.com"] for people with a work address at example.com; both halves speak of one address.
# What happens: scim2-parse-filter 0.2.10 parses the brackets rightly, and its filter() then asks of each half alone whether any value of the
#   attribute meets it. A person whose home address is at example.com, and whose work address is elsewhere, is found too. "not" turns it the
#   other way: emails[not (type eq "home")] finds nobody who has a home address, whatever else they have. The brackets' path is joined to
#   each comparison (emails.type, emails.value), so that nothing is left that says that they belong together. The sample of its README has
#   one address for each person, where both readings agree. scimmy 1.3.5 reads the same filters as the RFC does. (No report was found; that
#   dates are compared as texts is thomaspoignant/scim2-parse-filter#170.)
# Who is hurt: whoever answers SCIM's GET with it. A directory that looks for the account of a work address gets the accounts of others as well,
#   takes the first or refuses to go on ("more than one match"), and updates or switches off the wrong person. It shows only once somebody
#   has two addresses.
#
# Seen with scim2-parse-filter 0.2.10 and scimmy 1.3.5 (npm), Node 20.20 and 24.21; "one" has a work address at example.com and a home
# address at example.org, "two" a work address at example.org:
#   emails[type eq "work" and value co "@example.org"]   scim2-parse-filter: one, two   scimmy: two
#   emails[type eq "home" and value co "@example.com"]   scim2-parse-filter: one        scimmy: nobody
#   emails[not (type eq "home")]                         scim2-parse-filter: two        (by the RFC: one, two)
#   emails[type eq "work"]                               scim2-parse-filter: one, two   scimmy: one, two
#
# Needs Node 20 or newer with npm. Exits with 1 when any of this is no longer so.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts --save-exact scim2-parse-filter@0.2.10 scimmy@1.3.5

cat > filters.js <<'JS'
import { filter, parse } from 'scim2-parse-filter';
import scimmy from 'scimmy';

const people = [
  {
    userName: 'one',
    emails: [
      { type: 'work', value: 'one@example.com' },
      { type: 'home', value: 'one@example.org' },
    ],
  },
  { userName: 'two', emails: [{ type: 'work', value: 'two@example.org' }] },
];
const namesOf = (found) => found.map(({ userName }) => userName).join(', ') || 'nobody';
const libraries = {
  'scim2-parse-filter': (text) => namesOf(people.filter(filter(parse(text)))),
  scimmy: (text) => namesOf(new scimmy.Types.Filter(text).match(people)),
};

const WORK_ELSEWHERE = 'emails[type eq "work" and value co "@example.org"]';
const HOME_ELSEWHERE = 'emails[type eq "home" and value co "@example.com"]';
const ANY_BUT_HOME = 'emails[not (type eq "home")]';
const WORK = 'emails[type eq "work"]';
const expected = {
  [`${WORK_ELSEWHERE}  scim2-parse-filter`]: 'one, two',
  [`${WORK_ELSEWHERE}  scimmy`]: 'two',
  [`${HOME_ELSEWHERE}  scim2-parse-filter`]: 'one',
  [`${HOME_ELSEWHERE}  scimmy`]: 'nobody',
  [`${ANY_BUT_HOME}  scim2-parse-filter`]: 'two',
  [`${WORK}  scim2-parse-filter`]: 'one, two',
  [`${WORK}  scimmy`]: 'one, two',
};

const changed = Object.keys(expected).filter((name) => {
  const [text, library] = name.split('  ');
  const seen = libraries[library](text);
  console.log(`${text}  ${library}: ${seen}`);
  return seen !== expected[name];
});
console.log(changed.length === 0 ? 'as described' : `no longer so: ${changed.join('; ')}`);
process.exit(changed.length === 0 ? 0 : 1);
JS
node filters.js
