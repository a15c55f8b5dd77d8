/** A handler's answer on success. */
export interface Reply {
  statusCode: number;
  headers: Record<string, string>;
  cookies?: string[];
  /** `null` for an answer without a body. */
  body: string | null;
  isBase64Encoded?: boolean;
}

/**
 * Of every JSON answer. RFC 8259 §11 defines no charset for JSON, yet clients that read any text without one as Latin-1 need
 * it: Dart's package:http before 1.4.
 */
const JSON_TYPE = 'application/json; charset=utf-8';

/** Of every problem document. @see RFC 9457 §3 */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** 200 with a JSON body. */
export const ok = (answer: unknown, headers: Record<string, string> = {}): Reply => ({
  statusCode: 200,
  headers: { 'content-type': JSON_TYPE, ...headers },
  body: JSON.stringify(answer),
});

/** 204, which has no body. */
export const noContent = (headers: Record<string, string> = {}): Reply => ({ statusCode: 204, headers, body: null });

/** 304: the caller has it already. @param headers with the ETag (RFC 9110 §15.4.5) */
export const notModified = (headers: Record<string, string>): Reply => ({ statusCode: 304, headers, body: null });

/** An answer that isn't JSON. */
export interface DocumentAnswer {
  contentType: string;
  body: string;
  /** 200 if left out. */
  statusCode?: 200 | 404;
}

/** A body that isn't JSON. */
export const documentReply = (
  { contentType, body, statusCode = 200 }: DocumentAnswer,
  headers: Record<string, string> = {},
): Reply => ({
  statusCode,
  headers: { 'content-type': contentType, ...headers },
  body,
});
