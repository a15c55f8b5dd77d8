const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** @returns the UUID as ours are written; `null` for a text that is none. In capitals, as Swift writes one, it is the same (RFC 9562 §4). */
export const readUuid = (text: string): string | null => {
  const lower = text.toLowerCase();
  return UUID.test(lower) ? lower : null;
};

/** The 16 bytes of a UUID. @see RFC 9562 §4 */
export const uuidBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

/** The UUID of 16 bytes, in lower case. */
export const uuidText = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
