import type { SmsTexts } from '../sms-texts.ts';

const forProduct = (product: string | null): string => (product === null ? '' : ` for ${product}`);

export const smsTextsEn: SmsTexts = {
  code: {
    'sign-in': ({ code, product }) => `${code} is your sign-in code${forProduct(product)}.`,
    factor: ({ code, product }) => `${code} is your code to turn on SMS codes${forProduct(product)}.`,
    phone: ({ code, product }) => `${code} is your code to confirm this number${forProduct(product)}.`,
  },
  codeLife: ({ minutes, seconds }) => `Valid ${minutes === null ? `${seconds} s` : `${minutes} min`}. Don't share it.`,
  changed: ({ product }) =>
    `The sign-in details of your account${product === null ? '' : ` with ${product}`} were changed.`,
  undoLink: 'Not you? Undo it within 7 days:',
  undone: ({ product }) =>
    `A change of your account${product === null ? '' : ` with ${product}`} was undone and all devices were signed out.`,
  emailChange: ({ product }) =>
    `The e-mail address of your account${product === null ? '' : ` with ${product}`} is to be changed.`,
  cancelLink: 'Not you? Stop it:',
  deletion: ({ product }) => `Your account${product === null ? '' : ` with ${product}`} is to be deleted.`,
  keepLink: 'Not you? Keep it:',
  kept: ({ product }) => `Your account${product === null ? '' : ` with ${product}`} will not be deleted.`,
  seeMail: 'See our e-mail.',
};
