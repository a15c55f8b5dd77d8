/** The inbox's answer to one HTTP request. */
export interface InboxAnswer {
  status: number;
  /** Lower-case names. */
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

/** A JSON answer. @param value anything that JSON can say */
export const jsonAnswer = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}) =>
  ({
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: `${JSON.stringify(value)}\n`,
  }) satisfies InboxAnswer;

/** A JSON refusal. @param reason one sentence that says what would have been right; no input in it */
export const refusal = (status: number, reason: string, headers?: Readonly<Record<string, string>>): InboxAnswer =>
  jsonAnswer(status, { error: reason }, headers);
