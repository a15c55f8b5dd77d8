#!/usr/bin/env bash
# One would guess: the example of a mobile number that a metadata set of phone numbers gives for a country is, by the same metadata, a number of
#   that country, since examples are what libraries are tested with and what forms show.
# What happens: the example for the Isle of Man, +44 7924 123456, is a number of GB. Its other mobile ranges (7524, 7624, 7457 6) are IM's. The
#   examples of eight territories that share the numbers of a neighbour (AX, BL, CC, CX, EH, MF, SJ, VA) are of that neighbour as well; the Isle
#   of Man has ranges of its own, and shares none by the metadata.
# Who is hurt: whoever allows, refuses or prices messages by country: customers of one of the island's operators count as of GB, so a list with
#   IM and without GB sends them nothing, and one without IM doesn't keep them out. A test that takes its numbers from the examples fails.
#
# Seen with libphonenumber-js 1.13.16 (/max, its examples.mobile.json) and google-libphonenumber 3.2.43 (npm), Node 20.20 and 24.21.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund libphonenumber-js@1.13.16 google-libphonenumber@3.2.43

cat > examples.cjs <<'JS'
const { getCountries, getExampleNumber, parsePhoneNumberFromString } = require('libphonenumber-js/max');
const { PhoneNumberUtil, PhoneNumberType } = require('google-libphonenumber');
const examples = require('libphonenumber-js/examples.mobile.json');
const google = PhoneNumberUtil.getInstance();

const elsewhere = getCountries().filter((country) => {
  const example = getExampleNumber(country, examples);
  return example && parsePhoneNumberFromString(example.number).country !== country;
});
const island = google.getExampleNumberForType('IM', PhoneNumberType.MOBILE);
console.log(
  [
    elsewhere.join(' '),
    getExampleNumber('IM', examples).number,
    parsePhoneNumberFromString('+447924123456').country,
    `+44${island.getNationalNumber()}`,
    google.getRegionCodeForNumber(island),
    parsePhoneNumberFromString('+447624123456').country,
  ].join(', '),
);
JS
seen=$(node examples.cjs)
echo "$seen"
[ "$seen" = 'AX BL CC CX EH IM MF SJ VA, +447924123456, GB, +447924123456, GB, IM' ] || { echo 'it changed'; exit 1; }
