import type { SmsTexts } from '../sms-texts.ts';

const forProduct = (product: string | null): string => (product === null ? '' : ` for ${product}`);

export const smsTextsEn: SmsTexts = {
  code: {
    'sign-in': ({ code, product }) => `${code} is your sign-in code${forProduct(product)}.`,
    factor: ({ code, product }) => `${code} is your code to turn on SMS codes${forProduct(product)}.`,
    recovery: ({ code, product }) => `${code} is your code to use this number for recovery${forProduct(product)}.`,
    phone: ({ code, product }) => `${code} is your code to confirm this number${forProduct(product)}.`,
  },
  codeLife: ({ minutes, seconds }) => `Valid ${minutes === null ? `${seconds} s` : `${minutes} min`}. Don't share it.`,
  recovery: ({ product }) => `Set a new password${forProduct(product)} with this code:`,
  recoveryNotYou: 'Not you? See our e-mail.',
  changed: ({ product }) =>
    `The sign-in details of your account${product === null ? '' : ` with ${product}`} were changed.`,
  undoLink: 'Not you? Undo it within 7 days:',
  undone: ({ product }) =>
    `A change of your account${product === null ? '' : ` with ${product}`} was undone and all devices were signed out.`,
  emailChange: ({ product }) =>
    `The e-mail address of your account${product === null ? '' : ` with ${product}`} is to be changed.`,
  factorReset: ({ product }) =>
    `Our support was asked to switch off the second factor of your account${product === null ? '' : ` with ${product}`}.`,
  factorResetDone: ({ product }) =>
    `Our support has switched off the second factor of your account${product === null ? '' : ` with ${product}`}.`,
  cancelLink: 'Not you? Stop it:',
  lostMail: {
    'recovery-lost': ({ product }) =>
      `Our e-mail to recover your account${product === null ? '' : ` with ${product}`} did not reach your mailbox. Not you? Then there is nothing to do.`,
    'notice-lost': ({ product }) =>
      `There is news about the security of your account${product === null ? '' : ` with ${product}`}, and our e-mails do not reach you. Sign in to see it.`,
  },
  deletion: ({ product }) => `Your account${product === null ? '' : ` with ${product}`} is to be deleted.`,
  keepLink: 'Not you? Keep it:',
  kept: ({ product }) => `Your account${product === null ? '' : ` with ${product}`} will not be deleted.`,
  seeMail: 'See our e-mail.',
};
