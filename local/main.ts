import { explainStartError } from './explain-start-error.ts';
import { holdingOutput } from './holding-output.ts';
import { inWords } from './inbox/clock-form.ts';
import { listeningAt } from './own-host.ts';
import { type StartOptions, startOptions } from './start-options.ts';
import { startService } from './start-service.ts';

/** For the person at the terminal: the API is open, with test data and the rows that it has. */
const whoReaches = ({ isEverywhere, port }: { isEverywhere: boolean; port: number }): string =>
  `by everybody in its network, without TLS.${isEverywhere ? ` An Android emulator calls it by http://10.0.2.2:${port}, a container by http://host.docker.internal:${port}.` : ''} The inbox, which shows codes, is on this machine alone.`;

let options: StartOptions | null = null;
try {
  const chosen = startOptions(process.env);
  options = chosen;
  const { result: service, held } = await holdingOutput(() => startService(chosen));
  let stopping = false;
  const stop = (exitCode: number): void => {
    if (stopping) return; // Ctrl-C reaches the whole process group, and npm forwards its own
    stopping = true;
    void service.close().then(() => process.exit(exitCode));
  };
  // Before the first lines, for who reads those may end the service.
  process.on('SIGINT', () => stop(0)).on('SIGTERM', () => stop(0));

  console.log(`Keyturn API  ${service.apiUrl}`);
  console.log(`Inbox        ${service.inboxUrl}`);
  console.log(`First call   curl -s ${service.apiUrl}/accounts -d email=you@example.com   (then look into the inbox)`);

  const { aheadSeconds } = service;
  if (aheadSeconds > 0) console.log(`Clock        ${inWords(aheadSeconds)} ahead of this machine's (see the inbox)`);
  const { isOpen, isEverywhere } = listeningAt(options.host);
  if (isOpen) console.log(`Reachable    ${whoReaches({ isEverywhere, port: options.port })}`);
  process.stdout.write(held);

  const { message } = await service.lost;
  console.error(message);
  stop(1);
} catch (error) {
  console.error(explainStartError(error, options));
  process.exit(1);
}
