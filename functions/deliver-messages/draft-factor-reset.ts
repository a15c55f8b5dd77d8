import { type Account, type Accounts, makeAccounts } from '../../shared/account/accounts.ts';
import {
  type FactorReset,
  type FactorResetChannel,
  factorResetRow,
  factorResetTokenRow,
} from '../../shared/account/factor-reset-rows.ts';
import { parseFactorReset } from '../../shared/account/factor-resets.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { MailIntent, SmsIntent } from '../../shared/outbox/intent.ts';
import { type Clock, toRfc3339 } from '../../shared/primitives/clock.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import { type MailDraft, toOwner } from './mail-draft.ts';

interface DraftFactorResetDeps {
  dynamo: Dynamo;
  accounts: Pick<Accounts, 'find'>;
  derivedSecrets: Pick<DerivedSecrets, 'newSalt' | 'token'>;
  clock: Clock;
}

/** Messages about a reset of second factors by an operator (docs/adr/0068). */
export interface DraftFactorReset {
  /** Tells that it was asked for, with the link that stops it; `null` where it doesn't wait any more. @throws StoreUnavailable */
  mail(intent: Extract<MailIntent, { kind: 'factor-reset' }>): Promise<MailDraft>;
  /**
   * Tells the number of the same, or that it was done; `null` where there is nothing to tell.
   * @returns without a token where it was done
   * @throws StoreUnavailable
   */
  sms(
    intent: Extract<SmsIntent, { kind: 'factor-reset-sms' }>,
  ): Promise<{ account: Account; token: string | null } | null>;
}

/** Where a token goes. */
interface Destination {
  channel: FactorResetChannel;
  /** The address or number. */
  address: string;
}

/** Makes them. Operators have no keyring, so what the tokens are derived from is made with the first of them. */
const makeDraftFactorReset = ({ dynamo, accounts, derivedSecrets, clock }: DraftFactorResetDeps): DraftFactorReset => {
  const find = async (accountId: string, resetId: string): Promise<FactorReset | null> => {
    const item = await dynamo.get('tokens', factorResetRow.key(accountId));
    const reset = parseFactorReset(item, clock.nowSeconds());
    return reset?.resetId === resetId ? reset : null;
  };

  /** The salt of a reset, the same one for both channels. @returns `null` where it doesn't wait any more */
  const saltOf = async (accountId: string, { resetId, salt }: FactorReset): Promise<string | null> => {
    if (salt !== undefined) return salt;
    const { and, is, lacks } = factorResetRow.when;
    const made = derivedSecrets.newSalt();
    const { won } = await dynamo.write(
      factorResetRow.updateWrite(
        factorResetRow.key(accountId),
        { set: { salt: made } },
        and(is('resetId', resetId), lacks('salt')),
      ),
    );
    return won ? made : ((await find(accountId, resetId))?.salt ?? null); // the other channel's delivery made it meanwhile
  };

  /** The same token as often as it is asked for. @returns `null` where the reset doesn't wait any more, or its key is gone */
  const issue = async (accountId: string, resetId: string, { channel, address }: Destination) => {
    const reset = await find(accountId, resetId);
    const salt = reset && (await saltOf(accountId, reset));
    if (!reset || !salt) return null;
    const row = `${accountId}/${resetId}/${channel}`;
    const binding = { purpose: 'factor-reset-token', row, epoch: null, destination: address } as const;
    const token = await derivedSecrets.token(salt, binding);
    if (token === null) return null;
    const { expiresAtEpochSeconds } = reset;
    const stored = { accountId, resetId, channel, expiresAtEpochSeconds };
    await dynamo.write(factorResetTokenRow.putWrite(factorResetTokenRow.key(sha256(token)), stored));
    return { token, reset };
  };

  return {
    mail: async ({ accountId, resetId }) => {
      const account = await accounts.find(accountId);
      const issued = account && (await issue(accountId, resetId, { channel: 'mail', address: account.email }));
      if (!issued) return null;
      const { token, reset } = issued;
      const waitsUntil = toRfc3339(reset.waitsUntilEpochSeconds);
      return toOwner(account, { kind: 'factor-reset', token, waitsUntil });
    },

    sms: async ({ accountId, about, resetId, phoneNumber }) => {
      const account = await accounts.find(accountId);
      if (!account) return null;
      if (about === 'done') return { account, token: null };
      const issued = await issue(accountId, resetId, { channel: 'sms', address: phoneNumber });
      return issued && { account, token: issued.token };
    },
  };
};

export const provideDraftFactorReset = (scope: Scope & Ports): DraftFactorReset =>
  makeDraftFactorReset({
    ...scope,
    accounts: scope.use(makeAccounts),
    derivedSecrets: scope.use(makeDerivedSecrets),
  });
