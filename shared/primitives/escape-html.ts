const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Makes a text safe inside an HTML element or a quoted attribute; nowhere else (not in a script, a style or a URL scheme).
 *
 * @see OWASP Cross Site Scripting Prevention Cheat Sheet, "Output Encoding for HTML Contexts"
 */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
