import { type Account, accountRow, parseAccount } from '../account/accounts.ts';
import { emailClaimRow, ownerOfEmail } from '../account/email-claims.ts';
import { passwordRow } from '../account/passwords.ts';
import type { Dynamo, Item } from '../aws/dynamo.ts';
import { type Devices, devicesRow, parseDevices } from '../devices/devices.ts';
import { type Factors, factorsRow, parseFactors } from './factors.ts';

/** An account, the hash of its password and its second factors, as of one instant. */
interface ProofCandidate {
  account: Account;
  phc: string;
  factors: Factors;
}

/** The same with what tells whether a sign-in has to prove the mailbox. */
export interface SignInCandidate extends ProofCandidate {
  /** Those that the account knows; `null` where there are none. */
  devices: Devices | null;
  /** Until when the reset that set the password proves it; `null` where none did, or a sign-in has used that up. */
  resetProvenUntilEpochSeconds: number | null;
}

const toCandidate = (account: Item, password: Item, factors: Item | null): ProofCandidate => ({
  account: parseAccount(account),
  phc: passwordRow.parse(password).phc,
  factors: parseFactors(factors),
});

/** The credentials that sign-in checks. */
export interface Credentials {
  /**
   * Reads an account, its password and what sign-in needs beside them in one snapshot.
   *
   * @param email canonical
   * @param decoyId an unused account id, read for an address without an account
   * @returns the id that was read, and `null` without an account
   * @throws StoreUnavailable
   */
  findForSignIn(wanted: {
    email: string;
    decoyId: string;
  }): Promise<{ accountId: string; candidate: SignInCandidate | null }>;
  /**
   * Reads what a signed-in caller proves again.
   * @returns `null` where there is no such account
   * @throws StoreUnavailable
   */
  findForProof(accountId: string): Promise<ProofCandidate | null>;
  /**
   * Stores the same password under today's parameters; does nothing after a concurrent rehash or a new password.
   * @throws StoreUnavailable
   */
  rehash(rehash: { accountId: string; from: string; to: string }): Promise<void>;
}

/** Opens the credentials. */
export const makeCredentials = ({ dynamo }: { dynamo: Dynamo }): Credentials => {
  const placesOf = (accountId: string) => [
    accountRow.at(accountId),
    passwordRow.at(accountId),
    factorsRow.at(accountId),
  ];

  const findCandidate = async (accountId: string): Promise<SignInCandidate | null> => {
    const places = [...placesOf(accountId), devicesRow.at(accountId)];
    const [account, password, factors = null, devices = null] = await dynamo.transactGet(places);
    if (!account || !password) return null;
    const { resetProvenUntilEpochSeconds = null } = passwordRow.parse(password);
    return {
      ...toCandidate(account, password, factors),
      devices: parseDevices(devices),
      resetProvenUntilEpochSeconds,
    };
  };

  return {
    findForProof: async (accountId) => {
      const [account, password, factors = null] = await dynamo.transactGet(placesOf(accountId));
      return account && password ? toCandidate(account, password, factors) : null;
    },

    findForSignIn: async ({ email, decoyId }) => {
      const claim = await dynamo.get('accounts', emailClaimRow.key(email));
      const accountId = ownerOfEmail(claim) ?? decoyId; // the reads go on the same
      return { accountId, candidate: await findCandidate(accountId) };
    },

    rehash: async ({ accountId, from, to }) => {
      await dynamo.write(
        passwordRow.updateWrite(passwordRow.key(accountId), { set: { phc: to } }, passwordRow.when.is('phc', from)),
      );
    },
  };
};
