import { type Html, html, joinHtml } from '../../shared/primitives/html.ts';

/** By how much the page offers to move the clock on: past an access token, and past the two waits of a change of address. */
const MOVES = [
  { seconds: 60 * 60, name: '1 hour' },
  { seconds: 72 * 60 * 60, name: '72 hours' },
  { seconds: 7 * 24 * 60 * 60, name: '7 days' },
] as const;

const UNITS = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

/** A length of time in words: `3 days 1 hour`. @param seconds whole, 1 or more */
export const inWords = (seconds: number): string => {
  let left = seconds;
  const parts: string[] = [];
  for (const [length, unit] of UNITS) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count > 0) parts.push(counted(count, unit));
  }
  return parts.join(' ');
};

const button = ({ seconds, name }: (typeof MOVES)[number]): Html =>
  html`<button name="advance_seconds" value="${seconds}">${name}</button>`;

/** The page's control of the service's clock; a form, so that it works without the script. @param aheadSeconds of the machine's clock */
export const clockForm = (aheadSeconds: number): Html => html`<form id="clock" method="post" action="/clock">
<fieldset>
<legend>Move the service's clock on, never back</legend>
<p id="clock-state">${aheadSeconds === 0 ? "It is this machine's." : `It is ${inWords(aheadSeconds)} ahead of this machine's.`}</p>
<p class="moves">${joinHtml(MOVES.map(button), '\n')}</p>
</fieldset>
</form>`;
