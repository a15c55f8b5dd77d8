import { fileTrouble } from './file-trouble.ts';
import type { StartOptions } from './start-options.ts';

/** What the system and SQLite say with no path; a full disk is an I/O error to SQLite where it maps its index into memory. */
const DISK_FAILED = /\b(?:ENOSPC|EDQUOT)\b|disk is full|disk I\/O error/;

type SystemError = NodeJS.ErrnoException & { port?: number };

/** A port near it that neither the API nor the inbox uses. */
const anotherPort = ({ port, inboxPort }: StartOptions, taken: number): number =>
  [taken + 1, taken + 2, taken - 1].find((other) => other !== port && other !== inboxPort && other <= 65_535) ?? taken;

/**
 * One sentence for the person at the terminal: why the start failed, and what to do.
 *
 * @param options `null` where the environment itself was refused
 */
export const explainStartError = (error: unknown, options: StartOptions | null): string => {
  const { code, port, path, message } = error as SystemError;
  if (options && port !== undefined && (code === 'EADDRINUSE' || code === 'EACCES')) {
    const name = port === options.inboxPort ? 'INBOX_PORT' : 'PORT';
    const reason = code === 'EACCES' ? 'needs rights that this user has not.' : 'is taken. Stop what listens there, or';
    return `Port ${port} ${reason}${code === 'EACCES' ? ' Choose' : ' choose'} another: ${name}=${anotherPort(options, port)} npm start`;
  }
  if (options && code === 'EADDRNOTAVAIL')
    return `HOST is ${options.host}, which is no address of this machine. Name one that is, or 0.0.0.0 for all of them: HOST=0.0.0.0 npm start`;
  const saysWhatToDo = message.includes('DATA_DIR=');
  if (!saysWhatToDo && DISK_FAILED.test(`${code} ${message}`)) {
    const trouble = path === undefined ? message.replace(/\.$/, '') : `${path} can't be used: ${fileTrouble(error)}`;
    return `${trouble}. Free some space, or name a directory on another disk: DATA_DIR=/path npm start`;
  }
  if (code !== undefined && path !== undefined) {
    return `${path} can't be used: ${fileTrouble(error)}. If it belongs to another user, take it over or name another directory: DATA_DIR=.keyturn-2 npm start`;
  }
  return message;
};
