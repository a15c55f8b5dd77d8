/**
 * The closed list of what can be wrong with a field, the `errors[].code` of problem documents, and what would be right, their
 * `detail`. No text holds anything of a request. A code may become a finer one in a later release: clients take one that they
 * don't know as `invalid` (docs/adr/0049).
 */
export const FIELD_ERRORS = {
  // Whether it is there, and what it is made of.
  required: 'Send this field.',
  ambiguous: 'Send one of the fields that say the same, and not several.',
  'unknown-field': 'Leave this field out: this request has none of that name.',
  'duplicate-field': 'Send this field once.',
  'forbidden-field': 'Give the field another name: this one has a meaning of its own in programs.',
  'not-applicable': 'Leave this field out: it does not go with the rest of this request.',
  'wrong-type': 'Send the type of value that /openapi.json names for this field.',
  'too-short': 'Give a longer text.',
  'too-long': 'Give a shorter text.',
  'too-large': 'Send less: metadata has 4 KiB at most, as JSON.',
  'inexact-number': 'Send this number as a text: as a number it would not come back as it was sent.',
  'ill-formed-text': 'Send whole Unicode characters: half of a surrogate pair is none.',
  'not-one-line': 'Give a text of one line, without control characters.',
  'control-character': 'Leave control characters out, but for tabs and the ends of lines.',
  'nothing-visible': 'Give a text of which something can be seen.',
  invalid: 'Give a value as /openapi.json describes it.',
  // Values of a form of their own.
  'not-an-email-address': 'Give an e-mail address such as name@example.org.',
  'misread-email-address': 'Give another address: some mail servers read % and ! in one as the way to another mailbox.',
  'not-a-mobile-number':
    'Give a number that gets SMS, in international form: + and the country code first, such as +43 660 1234567.',
  'not-an-ip-address': 'Give one IPv4 or IPv6 address, without a port or brackets.',
  'not-a-web-address': 'Give a web address that begins with https:// or http://.',
  'not-a-date':
    'Give a day that there is as YYYY-MM-DD, or a year as YYYY; the year 0000 stands for one that is not told.',
  'not-a-language-tag': 'Give a BCP 47 language tag such as de-AT.',
  'not-a-time-zone':
    'Give a name of the IANA time zone database in its spelling, such as Europe/Vienna; an offset from UTC is none.',
  'time-zone-abbreviation':
    'An abbreviation does not tell the zone, since several have the same. Give a name of the IANA time zone database, such as Europe/Vienna.',
  'not-an-action':
    'Give method and path of a request that asks for a fresh session, as it will be sent, such as DELETE /two-factor/sms.',
  'not-a-digest': 'Give the SHA-256 of the body as it will be sent, in base64url (43 characters) or hex (64).',
  'not-an-idempotency-key': 'Give 1 to 255 visible ASCII characters, with or without quotes around them.',
  // Values that the present state refuses.
  'not-editable': 'Leave this field out, or send it as it was read.',
  'not-available': 'Give another one: as many accounts as may have this one have it.',
  'not-offered': 'Leave this out, or give another value: the operator of this service has switched it off.',
  'is-factor':
    'Give another number for recovery: codes for sign-in go to this one, or did within the last 30 days, and one phone must not be both.',
  'is-recovery-phone':
    'Give another number as the factor, or remove this one as recovery_phone first: one phone must not be both.',
  outdated: 'Begin anew, or leave this field out: it names something that another request has replaced or ended.',
  'check-clock': 'Have the device set its clock by itself, then enter the next code.',
  refused: 'Show the captcha again, and send its new response.',
  // Passwords.
  breached: 'Choose another password: this one is on lists of passwords that attackers try first.',
  'contains-personal-data':
    'Choose another password: without your name, address, number and the name of the product too little of it is left.',
  'same-as-old': 'Choose another password: this one is the present one.',
  'invalid-characters': 'Type the password again: a character of it was lost on its way.',
  // Signatures of back ends that name an address (docs/adr/0048).
  malformed: 'Sign once, and write Signature-Input and Signature as RFC 9421 §4 has them, over what is there.',
  unacceptable:
    'Sign by hmac-sha256 over "@method", "@path", "@query" where there is one, "content-digest" where there is a body, and "keyturn-client-address", with created, keyid and nonce.',
  'unknown-key': 'Sign with a keyid that the operator has given out and not withdrawn.',
  mismatch: 'Sign what is sent, to the byte, with the secret of the keyid.',
  'not-now': 'Sign when you send, by a clock that is right: created may be five minutes off.',
  'other-body': 'Let Content-Digest be of the body as it is sent.',
} as const satisfies Record<string, string>;

/** What can be wrong with a field, as programs read it. */
export type FieldErrorCode = keyof typeof FIELD_ERRORS;

/** Has the check of a schema say what is wrong: `z.refine(isDate, saying('not-a-date'))`. */
export const saying = (fieldCode: FieldErrorCode): { params: { fieldCode: FieldErrorCode } } => ({
  params: { fieldCode },
});
