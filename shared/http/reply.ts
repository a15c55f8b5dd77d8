/** A handler's answer on success. */
export interface Reply {
  statusCode: number;
  headers: Record<string, string>;
  cookies?: string[];
  /** `null` for an answer without a body. */
  body: string | null;
  isBase64Encoded?: boolean;
}

/** 200 with a JSON body. */
export const ok = (answer: unknown, headers: Record<string, string> = {}): Reply => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(answer),
});

export const noContent = (): Reply => ({ statusCode: 204, headers: {}, body: null });

/** An answer that isn't JSON. */
export interface DocumentAnswer {
  contentType: string;
  body: string;
}

/** 200 with a body that isn't JSON. */
export const documentReply = ({ contentType, body }: DocumentAnswer, headers: Record<string, string> = {}): Reply => ({
  statusCode: 200,
  headers: { 'content-type': contentType, ...headers },
  body,
});
