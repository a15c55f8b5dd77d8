/**
 * npm run bench:peers: what an operation costs beside Better Auth, in one run on one machine. Both serve HTTP in processes
 * of their own on one core, by turns; the load and Keyturn's database have the other.
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Load, measureInTurn, type Sample } from '../against/measure-flow.ts';
import type { Pair } from '../against/pair.ts';
import { CORES, moveTo } from '../cores.ts';
import { callsOf, gatewayMsOf } from '../measure-load.ts';
import { readOrExit, runBenchmark } from '../run-benchmark.ts';
import { type MeasuredTarget, openStage, type StagedTree } from '../stage.ts';
import { buildTree, startTarget, type Tree, thisTree } from '../start-target.ts';
import { CONTESTS, type Contest } from './contests.ts';
import { installPeers } from './install-peers.ts';
import { makePeerClient, type PeerClient } from './peer-client.ts';
import { readPeerArguments, USAGE } from './read-arguments.ts';
import { contestReport } from './report-contests.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Requests that warm both servers up. */
const EMPTY_WARM_UP = 500;

const betterAuth: Tree = {
  name: 'Better Auth',
  root: folder,
  program: join(folder, 'better-auth.mjs'),
  node: process.execPath,
};

interface Peer {
  target: MeasuredTarget;
  client: PeerClient;
}

/** Starts it with an empty database. */
const startPeer = async (scratch: string): Promise<Peer> => {
  const place = { tablePrefix: 'peer', scratch: mkdtempSync(join(scratch, 'peer-')) };
  const { ask, serve, stop } = await startTarget({ tree: betterAuth, cores: CORES.measured });
  const serving = await serve(place);
  return { target: { ...serving, ask, stop }, client: makePeerClient({ port: serving.port, ask }) };
};

/** Measures one act of both: theirs there, ours here. */
const measureContest = async (
  { scenario, signatures, prepare }: Contest,
  { peer, staged, target, turn }: { peer: Peer; staged: StagedTree; target: MeasuredTarget; turn: number },
): Promise<Pair<Sample>> => {
  const { warmUp, measured } = callsOf(scenario, scenario.count.round);
  const calls = warmUp + measured;
  const { hashes } = scenario;
  const there: Load = { operate: await prepare(peer.client, calls), target: peer.target, hashes, signatures: 0 };
  const operate = await scenario.prepare({ service: staged.service, calls, perCall: 1 });
  return measureInTurn(scenario, { there, here: { operate, target, hashes, signatures } }, turn);
};

const asked = readOrExit(
  (args) =>
    readPeerArguments(
      args,
      CONTESTS.map(({ name }) => name),
    ),
  USAGE,
);
await runBenchmark(async ({ scratch, say }) => {
  const contests = CONTESTS.filter(({ name }) => asked.acts === null || asked.acts.includes(name));
  await installPeers(folder, say);
  say('building this tree …');
  await buildTree(thisTree);
  moveTo(CORES.load);
  const measured = contests.map((contest) => ({ contest, pairs: [] as Pair<Sample>[] }));
  // New processes and databases in each round, so that the interval holds what differs from process to process.
  for (let round = 0; round < asked.rounds; round += 1) {
    say(`round ${round + 1} of ${asked.rounds}`);
    const stage = await openStage();
    const staged = await stage.enter(thisTree, scratch);
    const target = await staged.startMeasured();
    const peer = await startPeer(scratch);
    for (const one of [peer.target, target]) await gatewayMsOf(one, EMPTY_WARM_UP);
    for (const [index, { contest, pairs }] of measured.entries()) {
      pairs.push(await measureContest(contest, { peer, staged, target, turn: round + index }));
    }
    for (const one of [peer.target, target]) one.stop();
    await stage.close();
  }
  const { lines, exitCode } = contestReport(measured);
  for (const line of lines) console.log(line);
  return exitCode;
});
