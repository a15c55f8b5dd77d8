import { foldText, stripIdentifiers } from '../primitives/strip-identifiers.ts';
import commonPasswords from './common-passwords.json' with { type: 'json' };

/** NIST SP 800-63B-4 §3.1.1.2 asks for at least 64; the bound is in code points, after NFKC. */
const PASSWORD_MAX_CODE_POINTS = 128;

/** A context word shorter than this would refuse passwords by accident. */
const CONTEXT_WORD_MIN_LENGTH = 4;

/** What decoders put in the place of bytes that are no text. Where one is, what the person typed has been lost on its way. */
const REPLACEMENT_CHARACTER = '\ufffd';

/**
 * How much of a password has to be left without its owner's identifiers: as much as any password needs.
 * @see NIST SP 800-63B-4 §3.1.1.2
 */
const LEFT_MIN_CODE_POINTS = 8;

/** Why a password is refused; these are the `errors[].code` of the problem `password-rejected`. */
export type PasswordRefusal = 'too-short' | 'too-long' | 'breached' | 'contains-personal-data' | 'invalid-characters';

/** What the policy judges a password by. */
export interface PasswordCandidate {
  /** As the person typed it, within what the schema takes (contract/fields.ts). */
  password: string;
  /** 8…64 code points. */
  minimumCodePoints: number;
  /** Product name, the person's names, the local part of their address: no word of theirs may be inside. */
  contextWords: readonly string[];
  /** The owner's address, canonical. It counts as a whole, however short its words are. Left out where it is not known. */
  email?: string;
  /** The owner's number, E.164; `null` or left out where there is none. */
  phoneNumber?: string | null;
}

let commonPasswordSet: ReadonlySet<string> | undefined;

const isCommon = (folded: string): boolean => {
  commonPasswordSet ??= new Set(commonPasswords); // made at the first use: most functions never ask
  return commonPasswordSet.has(folded);
};

/** Characters as people count them, near enough: a pair of surrogates is one. */
const codePoints = (text: string): number => Array.from(text).length;

const wordsOf = (context: string): string[] =>
  foldText(context)
    .split(/[^\p{L}\p{N}]/u)
    .filter((word) => codePoints(word) >= CONTEXT_WORD_MIN_LENGTH);

/**
 * The form of a password that is judged, hashed and compared: one function for all three, so they can't drift.
 *
 * @returns the NFKC form, or `null` for what no keyboard sends: NUL and unpaired surrogates, which other layers would
 *   cut off or replace and so make two different passwords equal
 * @see NIST SP 800-63B-4 §3.1.1.2
 */
export const normalizePassword = (password: string): string | null =>
  password.includes('\0') || !password.isWellFormed() ? null : password.normalize('NFKC');

/**
 * Says why a password can't be taken; there are no composition rules (ASVS 6.2.5).
 *
 * @returns the first reason in the order of the checks, or `null` when the password is fine
 */
export const refusePassword = ({
  password,
  minimumCodePoints,
  contextWords,
  email,
  phoneNumber,
}: PasswordCandidate): PasswordRefusal | null => {
  const normalized = normalizePassword(password);
  if (normalized === null || normalized.includes(REPLACEMENT_CHARACTER)) return 'invalid-characters';

  const length = codePoints(normalized);
  if (length < minimumCodePoints) return 'too-short';
  if (length > PASSWORD_MAX_CODE_POINTS) return 'too-long';

  const folded = normalized.toLowerCase();
  if (isCommon(folded)) return 'breached';

  if (contextWords.flatMap(wordsOf).some((word) => folded.includes(word))) return 'contains-personal-data';
  const left = stripIdentifiers(folded, { email, phoneNumber, texts: contextWords });
  return left !== folded && codePoints(left.trim()) < LEFT_MIN_CODE_POINTS ? 'contains-personal-data' : null;
};
