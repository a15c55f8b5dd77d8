/** Reasons by the system's error code. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user is not allowed to',
  EPERM: 'this user is not allowed to',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EISDIR: 'it is a directory',
  EEXIST: 'it is there already',
  ENOTDIR: 'a part of its path is no directory',
  ENOENT: 'it is not there',
  ELOOP: 'it is a symbolic link that leads nowhere',
  ENAMETOOLONG: 'its name is too long',
};

/** The reason in words, with the system's code: `this user is not allowed to (EACCES)`. */
export const fileTrouble = (error: unknown): string => {
  const { code = 'no code' } = error as NodeJS.ErrnoException;
  return `${REASONS[code] ?? 'the system refused'} (${code})`;
};

/** The command that moves a data directory away, so that the next start makes an empty one. */
export const beginAnew = (directory: string): string => `mv '${directory}' '${directory}-old'`;
