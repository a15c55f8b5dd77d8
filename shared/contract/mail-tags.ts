/** The name of the tag by which SES returns a mail's reference: letters, digits, `_` and `-`. @see SES API, MessageTag */
export const MAIL_REFERENCE_TAG = 'keyturn-mail';
