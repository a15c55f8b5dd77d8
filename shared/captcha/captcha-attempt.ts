/** What a request shows of its client. One object for each request: its response is verified once. */
export interface CaptchaAttempt {
  /** The response of the captcha's widget, 1 to 8192 characters; `null` where none came. */
  token: string | null;
  /** The caller's address, for a provider that is told it; `null` where that isn't the person's, for a trusted caller named another. */
  sourceIp: string | null;
}
