// How values look.

import {locale, t} from './i18n.js';

/** A number in at most so many digits that matter, a switch as a word, a text as it is. */
export function show(value, digits = 5) {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return t(value ? 'on' : 'off');
  if (typeof value !== 'number') return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e9 || size < 1e-4)) return value.toExponential(3);
  return value.toLocaleString(locale(), {maximumSignificantDigits: Math.max(digits, Math.ceil(Math.log10(size + 1)))});
}

export function count(value) {
  return value === null || value === undefined ? '–' : value.toLocaleString(locale());
}

export function percent(share, digits = 1) {
  if (!Number.isFinite(share)) return '–';
  // Never 100 % while something is missing.
  const cut = share < 1 ? Math.min(share, 1 - 10 ** (-digits - 2)) : 1;
  return (Math.floor(cut * 10 ** (digits + 2)) / 10 ** digits).toLocaleString(locale(), {minimumFractionDigits: share < 1 ? digits : 0}) + ' %';
}

/** A length of time in its two largest units. */
export function duration(ms) {
  const seconds = Math.round(ms / 1000);
  const units = [[86_400, 'd'], [3_600, 'h'], [60, 'min'], [1, 's']];
  const at = units.findIndex(([size]) => seconds >= size);
  if (at < 0) return '0 s';
  const [size, name] = units[at];
  const rest = at + 1 < units.length ? Math.floor((seconds % size) / units[at + 1][0]) : 0;
  return `${Math.floor(seconds / size)} ${name}` + (rest ? ` ${rest} ${units[at + 1][1]}` : '');
}

export function bytes(n) {
  if (n === null || n === undefined) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let at = 0;
  let left = n;
  while (left >= 1000 && at < units.length - 1) {
    left /= 1000;
    at++;
  }
  return `${left.toLocaleString(locale(), {maximumFractionDigits: at ? 1 : 0})} ${units[at]}`;
}
