/** What is wrong with the members of an object in a JSON text that parsers let pass. */
export interface MemberFault {
  /** For `ill-formed` the outermost member that the text is in, or is the name of. */
  member: string;
  fault: 'duplicate' | 'forbidden' | 'ill-formed';
}

/** A member of this name would reach the prototype wherever an object is copied member by member. */
const FORBIDDEN_MEMBER = '__proto__';

const STRING_OR_BRACKET = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** The escape of half a character; the other half may follow. In a text that is UTF-8 there is no other way to write one. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;

const isIllFormed = (token: string): boolean =>
  SURROGATE_ESCAPE.test(token) && !(JSON.parse(token) as string).isWellFormed();

/**
 * Finds a member that an object has twice, of which every parser silently takes another one, or that no object may have, and
 * text anywhere that is no Unicode text.
 *
 * @param text well-formed JSON, and well-formed Unicode but for its escapes
 * @returns the first fault, or `null`
 * @see RFC 8259 §4, §8.2
 */
export const findMemberFault = (text: string): MemberFault | null => {
  const open: (Set<string> | null)[] = []; // per level: an object's members so far, or null for an array
  let lastString = '';
  let outermost = '';
  for (const [token] of text.matchAll(STRING_OR_BRACKET)) {
    const members = open.at(-1);
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token.startsWith('"')) {
      if (isIllFormed(token)) return { member: outermost, fault: 'ill-formed' };
      lastString = token;
    } else if (token === ':' && members) {
      const member = JSON.parse(lastString) as string; // escapes resolved: "a" and "\u0061" are one name
      if (open.length === 1) outermost = member;
      if (member === FORBIDDEN_MEMBER) return { member, fault: 'forbidden' };
      if (members.has(member)) return { member, fault: 'duplicate' };
      members.add(member);
    } else if (token === ',' && open.length === 1) outermost = '';
  }
  return null;
};
