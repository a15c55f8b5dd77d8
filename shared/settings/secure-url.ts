const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Whether no one in between reads or changes what is sent: https, or http that doesn't leave this machine. */
export const isSecureUrl = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
