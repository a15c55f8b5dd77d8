import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Reads /proc; `null` once the process has ended. */
const reading = <Result>(read: () => Result): Result | null => {
  try {
    return read();
  } catch {
    return null;
  }
};

const parentOf = (pid: number): number | null =>
  reading(() => Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[1]));

/** A process and all its descendants. */
const familyOf = (pid: number): number[] => {
  const all = readdirSync('/proc').map(Number).filter(Boolean);
  const children = all.filter((other) => parentOf(other) === pid);
  return [pid, ...children.flatMap(familyOf)];
};

/** The service's database process; `null` for none. @param servicePid the service's process */
export const databasePid = (servicePid: number): number | null =>
  familyOf(servicePid).find((pid) => reading(() => readlinkSync(`/proc/${pid}/exe`))?.endsWith('/dynoxide')) ?? null;

const LISTENING = '0A';

/** Listening sockets of the service and its descendants, from /proc. */
export const listeningPorts = (servicePid: number): { host: string; port: number }[] => {
  const sockets = new Set(
    familyOf(servicePid).flatMap((pid) =>
      (reading(() => readdirSync(`/proc/${pid}/fd`)) ?? []).map((fd) =>
        reading(() => readlinkSync(`/proc/${pid}/fd/${fd}`)),
      ),
    ),
  );
  return readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === LISTENING && sockets.has(`socket:[${inode}]`))
    .map(([, local = '']) => {
      const [address = '', port = ''] = local.split(':');
      const host = [...Buffer.from(address, 'hex')].toReversed().join('.'); // little-endian
      return { host, port: Number.parseInt(port, 16) };
    });
};
