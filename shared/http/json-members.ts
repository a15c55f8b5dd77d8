/** What is wrong with the members of an object in a JSON text that parsers let pass. */
export type MemberFault = { member: string; fault: 'duplicate' | 'forbidden' };

/** A member of this name would reach the prototype wherever an object is copied member by member. */
const FORBIDDEN_MEMBER = '__proto__';

const STRING_OR_BRACKET = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * Finds a member that an object has twice, of which every parser silently takes another one, or that no object may have.
 *
 * @param text well-formed JSON
 * @returns the first fault, or `null`
 * @see RFC 8259 §4
 */
export const findMemberFault = (text: string): MemberFault | null => {
  const open: (Set<string> | null)[] = []; // per level: an object's members so far, or null for an array
  let lastString = '';
  for (const [token] of text.matchAll(STRING_OR_BRACKET)) {
    const members = open.at(-1);
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token.startsWith('"')) lastString = token;
    else if (token === ':' && members) {
      const member = JSON.parse(lastString) as string; // escapes resolved: "a" and "\u0061" are one name
      if (member === FORBIDDEN_MEMBER) return { member, fault: 'forbidden' };
      if (members.has(member)) return { member, fault: 'duplicate' };
      members.add(member);
    }
  }
  return null;
};
