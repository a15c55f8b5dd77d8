const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Escapes a text for an HTML element or a quoted attribute; not for a script, a style or a URL.
 *
 * @see OWASP Cross Site Scripting Prevention Cheat Sheet, "Output Encoding for HTML Contexts"
 */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
