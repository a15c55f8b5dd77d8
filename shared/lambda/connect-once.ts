/**
 * Opens something once for the life of a process: begun at cold start, shared by all who ask, and begun again by the next
 * who asks after a failure.
 */
export const connectOnce = <T>(connect: () => Promise<T>): (() => Promise<T>) => {
  let connecting: Promise<T> | null = null;

  const connected = (): Promise<T> => {
    connecting ??= connect().catch((error: unknown) => {
      connecting = null;
      throw error;
    });
    return connecting;
  };

  connected().catch(() => undefined); // the first caller reports it
  return connected;
};
