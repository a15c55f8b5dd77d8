/** Subjects of the API, in the order of its document. Generators make a class of each, so that they are few, and named for good. */
export const SUBJECTS = {
  Accounts:
    'Asking for an account, completing it with the token from the mail, changing its password, and what happened to it.',
  Recovery:
    'A forgotten password: the message, its token, the new password, voiding what others asked for, and undoing what they changed.',
  Sessions: 'Signing in and out, tokens, and proving again who one is.',
  SecondFactors: 'Authenticator apps, codes by SMS and recovery codes of an account.',
  Verification: 'Codes: asking for one by SMS, and proving one, for a sign-in, a factor or a number.',
  Profile: "What an account's owner reads and writes of it.",
  Service: 'What describes the service, and its hosted pages.',
} as const satisfies Record<string, string>;

type Subject = keyof typeof SUBJECTS;

/** What only the API's documentation needs of a contract. */
export interface Documented {
  /** What it is about. */
  subject: Subject;
  /** Headers of the 200 answer that clients have a use for. Those of problems go by their status. */
  answerHeaders?: readonly ('Content-Disposition' | 'ETag' | 'Set-Cookie')[];
}
