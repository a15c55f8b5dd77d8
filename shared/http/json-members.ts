import { isExact } from './exact-numbers.ts';

/** An invalid member of an object in a JSON text that parsers accept. */
export interface MemberFault {
  /** For `ill-formed` and `inexact` the outermost member whose name or value contains the text or number. */
  member: string;
  fault: 'duplicate' | 'forbidden' | 'ill-formed' | 'inexact';
}

/** Copying an object member by member would set its prototype with this name (CWE-1321). */
const FORBIDDEN_MEMBER = '__proto__';

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|-?[0-9][0-9.eE+-]*/g;

/** Escape of a surrogate; a valid pair may follow. UTF-8 can't encode one otherwise. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;

const isIllFormed = (token: string): boolean =>
  SURROGATE_ESCAPE.test(token) && !(JSON.parse(token) as string).isWellFormed();

/**
 * Finds a duplicate member, for which parsers take different values, a forbidden member, text that is not well-formed Unicode, or
 * a number that would be stored as another.
 *
 * @param text well-formed JSON, and well-formed Unicode except for its escapes
 * @returns the first fault, or `null`
 * @see RFC 8259 §4, §8.2
 */
export const findMemberFault = (text: string): MemberFault | null => {
  const open: (Set<string> | null)[] = []; // per level: names of an object's members so far, or null for an array
  let lastString = '';
  let outermost = '';
  for (const [token] of text.matchAll(TOKEN)) {
    const members = open.at(-1);
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token.startsWith('"')) {
      if (isIllFormed(token)) return { member: outermost, fault: 'ill-formed' };
      lastString = token;
    } else if (token === ':' && members) {
      const member = JSON.parse(lastString) as string; // without escapes: "a" and "\u0061" are the same name
      if (open.length === 1) outermost = member;
      if (member === FORBIDDEN_MEMBER) return { member, fault: 'forbidden' };
      if (members.has(member)) return { member, fault: 'duplicate' };
      members.add(member);
    } else if (token === ',' && open.length === 1) outermost = '';
    else if (/[0-9]$/.test(token) && !isExact(token)) return { member: outermost, fault: 'inexact' };
  }
  return null;
};
