export const EMAIL = 'reader@example.com';
export const PASSWORD = 'correct horse battery';
export const NEW_PASSWORD = 'a much better horse';
export const PHONE = '+43 660 1234567';

/** What a person reads on the phone: the token of the newest mail, the code of the newest SMS, the code that an app shows. */
export const phone = async (what: 'token' | 'code' | 'totp', of: string): Promise<string> => {
  const answer = await fetch(`${process.env.PHONE_URL}/${what}?of=${encodeURIComponent(of)}`);
  if (!answer.ok) throw new Error(`no ${what} of ${of}`);
  return answer.text();
};

export const expectThat = (what: string, isSo: boolean): void => {
  if (!isSo) throw new Error(`it is not so that ${what}`);
};
