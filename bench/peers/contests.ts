import { MESSAGE_REQUESTS } from '../../test/catalogue/catalogue.ts';
import type { GoodRequest } from '../../test/catalogue/good-request.ts';
import { gather } from '../http-load.ts';
import { at, CHEAP, prepareMany, type Scenario } from '../scenario.ts';
import { SCENARIOS } from '../scenarios.ts';
import type { PeerClient, PeerPerson } from './peer-client.ts';

/** One act, done by both. */
export interface Contest {
  name: string;
  /** Most that our CPU may be, as a ratio to the peer's. */
  atMost: number;
  /** Our signatures of an operation, left out of the ratio: the peer's sessions have none. */
  signatures: number;
  /** Ours. */
  scenario: Scenario;
  /** Theirs: makes accounts for the calls. @returns makes one call; each number is called once */
  prepare(peer: PeerClient, calls: number): Promise<(index: number) => Promise<unknown>>;
  /** What each of both does, where that isn't the same. */
  differs: string;
}

/** Accounts that repeated requests share, on both sides. */
const SHARED = 5;

/** The peer hashes each password in its own process, two at once. */
const SIGN_UPS_AT_ONCE = 2;

const people = (peer: PeerClient, count: number): Promise<PeerPerson[]> =>
  gather(count, SIGN_UPS_AT_ONCE, () => peer.signUp());

/** Prepares an act of people who do it again and again. */
const bySharedPeople =
  (act: (peer: PeerClient, person: PeerPerson, index: number) => Promise<unknown>): Contest['prepare'] =>
  async (peer, calls) => {
    const shared = await people(peer, Math.min(SHARED, calls));
    return (index) => act(peer, at(shared, index), index);
  };

const scenarioOf = (name: string): Scenario => {
  const found = SCENARIOS.find(({ flow }) => flow === name);
  if (!found) throw new Error(`there is no scenario ${name}`);
  return found;
};

/** A recovery that a mail comes of; the catalogue's is of an address without an account, which costs the peer less. */
const recoveryOf = ({ prepare }: GoodRequest): Scenario => ({
  flow: 'request-recovery',
  count: CHEAP,
  aimMs: null,
  hashes: 0,
  prepare: async ({ service, calls }) => {
    const prepared = await prepareMany(prepare, { service, count: Math.min(SHARED, calls) });
    return (index, { call }) => call(at(prepared, index).request());
  },
});

const knownRecovery = (): Scenario => {
  const found = MESSAGE_REQUESTS.find(({ name }) => name === 'deliver-messages');
  if (!found) throw new Error('the catalogue has no recovery of an account');
  return recoveryOf(found);
};

/** Every act of the comparison, in the order of the report. */
export const CONTESTS: readonly Contest[] = [
  {
    name: 'recovery request',
    atMost: 0.7,
    signatures: 0,
    scenario: knownRecovery(),
    prepare: bySharedPeople((peer, { email }) => peer.requestRecovery(email)),
    differs:
      'Theirs looks the account up, stores a token as it is mailed, and calls a function that would send; here it does nothing. Ours counts limits and stores an intent; the token is made and mailed later (deliver-messages).',
  },
  {
    name: 'session check',
    atMost: 0.7,
    signatures: 0,
    scenario: scenarioOf('get-profile'),
    prepare: bySharedPeople((peer, owner) => peer.readSession(owner)),
    differs:
      'Theirs checks the MAC of a cookie and reads session and user. Ours verifies an RS256 token and reads the account (get-profile).',
  },
  {
    name: 'profile update',
    atMost: 0.7,
    signatures: 0,
    scenario: scenarioOf('update-profile'),
    prepare: bySharedPeople((peer, owner, index) => peer.rename(owner, `Reader ${index}`)),
    differs:
      'Theirs reads the session, writes the name and renews the cookie. Ours writes name and language on the condition that the session is good.',
  },
  {
    name: 'reset',
    atMost: 1,
    signatures: 0,
    scenario: scenarioOf('reset-password'),
    prepare: async (peer, calls) => {
      const owners = await people(peer, calls);
      for (const { email } of owners) await peer.requestRecovery(email);
      const tokens = await peer.takeTokens();
      return (index) => peer.resetPassword(tokens.get(at(owners, index).email) ?? '');
    },
    differs:
      'Both hash the new password and end every session. Ours also refuses common passwords, writes history and a notice, in one transaction.',
  },
  {
    name: 'sign-in',
    atMost: 1,
    signatures: 1,
    scenario: scenarioOf('sign-in'),
    prepare: bySharedPeople((peer, { email }) => peer.signIn(email)),
    differs:
      'Both verify the hash and store a session. Ours also counts limits and attempts and writes history; its RS256 signature is left out.',
  },
  {
    name: 'sign-in + TOTP',
    atMost: 1,
    signatures: 1,
    scenario: scenarioOf('sign-in + TOTP'),
    prepare: async (peer, calls) => {
      const owners = await people(peer, calls);
      const secrets = await gather(owners.length, SIGN_UPS_AT_ONCE, (index) => peer.addApp(at(owners, index)));
      return (index) => peer.signInWithApp(at(owners, index).email, at(secrets, index));
    },
    differs: 'As above with a code. Ours reserves an attempt before it compares, and notes each code that was taken.',
  },
];
