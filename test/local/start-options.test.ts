import { describe, expect, it } from '@jest/globals';
import { explainStartError } from '../../local/explain-start-error.ts';
import { startOptions } from '../../local/start-options.ts';

describe('the environment of a start', () => {
  it('need not say anything', () => {
    expect(startOptions({})).toEqual({ host: '127.0.0.1', port: 3000, inboxPort: 8025, dataDirectory: '.keyturn' });
  });

  it('says ports and directory', () => {
    const environment = {
      HOST: '192.168.1.5',
      PORT: '8080',
      INBOX_PORT: '65535',
      DATA_DIR: '/srv/keyturn',
      AWS_ENDPOINT_URL_SES: '',
    };

    expect(startOptions(environment)).toEqual({
      host: '192.168.1.5',
      port: 8080,
      inboxPort: 65_535,
      dataDirectory: '/srv/keyturn',
    });
  });

  it.each([
    ['0.0.0.0', '0.0.0.0'],
    ['::', '::'],
    ['::1', '::1'],
    ['localhost', '127.0.0.1'],
  ])('says by HOST=%s where the API listens', (HOST, host) => {
    expect(startOptions({ HOST })).toMatchObject({ host });
  });

  it.each([
    ['HOST', ''],
    ['HOST', '*'],
    ['HOST', 'my-laptop.local'],
    ['HOST', '192.168.1'],
    ['HOST', '192.168.1.5:3000'],
    ['HOST', '[::]'],
    ['HOST', 'fe80::1%eth0'],
    ['HOST', '0x7f.0.0.1'],
    ['PORT', ''],
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '3e3'],
    ['PORT', '0xbb8'],
    ['PORT', ' 3000'],
    ['PORT', '3000.0'],
    ['PORT', '+3000'],
    ['PORT', '-1'],
    ['PORT', 'http'],
    ['INBOX_PORT', '٨٠٢٥'],
    ['DATA_DIR', ''],
    ['DATA_DIR', '  '],
    ['AWS_ENDPOINT_URL_DYNAMODB', '127.0.0.1:8000'],
    ['AWS_ENDPOINT_URL_DYNAMODB', 'dynamodb'],
    ['AWS_ENDPOINT_URL_SES', 'ftp://127.0.0.1'],
    ['AWS_ENDPOINT_URL_SNS', 'localhost'],
    ['AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2', 'localhost'],
  ])('is refused with %s=%j, by name and value', (name, value) => {
    expect(() => startOptions({ [name]: value })).toThrow(`${name} is ${JSON.stringify(value)}: `);
  });

  it('is refused with one port for both', () => {
    expect(() => startOptions({ INBOX_PORT: '3000' })).toThrow('PORT and INBOX_PORT are both 3000');
  });
});

describe('what a person is told of a failed start', () => {
  const options = { host: '192.168.1.5', port: 65_535, inboxPort: 80, dataDirectory: '.keyturn' };
  const systemError = (fields: object): Error => Object.assign(new Error('the system said no'), fields);

  it('names a port that is free to choose', () => {
    const taken = explainStartError(systemError({ code: 'EADDRINUSE', port: 65_535 }), options);
    const forbidden = explainStartError(systemError({ code: 'EACCES', port: 80 }), options);

    expect(taken).toBe('Port 65535 is taken. Stop what listens there, or choose another: PORT=65534 npm start');
    expect(forbidden).toBe('Port 80 needs rights that this user has not. Choose another: INBOX_PORT=81 npm start');
  });

  it('says that an address is not of this machine', () => {
    expect(explainStartError(systemError({ code: 'EADDRNOTAVAIL', port: 65_535 }), options)).toBe(
      'HOST is 192.168.1.5, which is no address of this machine. Name one that is, or 0.0.0.0 for all of them: HOST=0.0.0.0 npm start',
    );
  });

  it('names the file that stands in the way, and what to do', () => {
    const told = explainStartError(systemError({ code: 'EACCES', path: '/data/inbox.jsonl' }), options);

    expect(told).toMatch(/^\/data\/inbox\.jsonl can't be used: this user is not allowed to \(EACCES\)\. .*DATA_DIR=/);
  });

  it.each<[string, Error]>([
    ["/data/lock can't be used: the disk is full (ENOSPC). ", systemError({ code: 'ENOSPC', path: '/data/lock' })],
    [
      "/data/lock can't be used: the disk quota is used up (EDQUOT). ",
      systemError({ code: 'EDQUOT', path: '/data/lock' }),
    ],
    ['ENOSPC: no space left on device, write. ', new Error('ENOSPC: no space left on device, write')],
    ['It ended (database or disk is full). ', new Error('It ended (database or disk is full).')],
    ['It ended (disk I/O error). ', new Error('It ended (disk I/O error).')],
  ])('says what to do where a disk is full: %s', (reason, error) => {
    expect(explainStartError(error, options)).toBe(
      `${reason}Free some space, or name a directory on another disk: DATA_DIR=/path npm start`,
    );
  });

  it('is told once what to do', () => {
    const message = "The lock /data/lock can't be taken (disk I/O error). Name another: DATA_DIR=.keyturn-2 npm start";

    expect(explainStartError(new Error(message), options)).toBe(message);
  });

  it('is otherwise the message, also before the environment was read', () => {
    expect(explainStartError(new Error('PORT is "x"'), null)).toBe('PORT is "x"');
  });
});
