// Times of the site: days begin at its midnight, also when summer time makes them 23 or 25 hours long. All in epoch ms.

const MINUTE = 60_000;
const formats = new Map();
let zone = 'UTC';

export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Days are cut here; a browser that does not know the zone cuts them at UTC. */
export function setZone(name) {
  formats.clear();
  try {
    zone = new Intl.DateTimeFormat('en', {timeZone: name || 'UTC'}).resolvedOptions().timeZone;
  } catch {
    zone = 'UTC';
  }
}

export function siteZone() {
  return zone;
}

function format(locale, options) {
  const key = locale + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, {timeZone: zone, ...options}));
  return formats.get(key);
}

/** Year, month (1–12), day, hour, minute, second on the site's wall clock. */
export function wall(ms) {
  const parts = {};
  for (const {type, value} of format('en-GB', {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  }).formatToParts(ms)) parts[type] = Number(value);
  return parts;
}

/** How far the site's clock is ahead of UTC. */
function offset(ms) {
  const {year, month, day, hour, minute, second} = wall(ms);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

/** The moment at which the site's clock shows this; of two, the first. */
export function atWall(year, month, day, hour = 0, minute = 0) {
  const utc = Date.UTC(year, month - 1, day, hour, minute);
  const early = utc - offset(utc - DAY);
  if (early + offset(early) === utc) return early;
  const late = utc - offset(utc + DAY);
  return late + offset(late) === utc ? late : early;
}

export function startOfDay(ms) {
  const {year, month, day} = wall(ms);
  return atWall(year, month, day);
}

export function addDays(ms, days) {
  const {year, month, day, hour, minute} = wall(ms);
  return atWall(year, month, day + days, hour, minute);
}

export function startOfMonth(ms) {
  const {year, month} = wall(ms);
  return atWall(year, month, 1);
}

export function addMonths(ms, months) {
  const {year, month} = wall(ms);
  return atWall(year, month + months, 1);
}

/** As <input type=datetime-local> wants it. */
export function toInput(ms) {
  const {year, month, day, hour, minute} = wall(ms);
  const two = (n) => String(n).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

/** From <input type=datetime-local>; NaN for what is none. */
export function fromInput(text) {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text);
  return match ? atWall(...match.slice(1).map(Number)) : NaN;
}

export function showTime(ms, locale, options = {dateStyle: 'medium', timeStyle: 'medium'}) {
  return format(locale, options).format(ms);
}

export function iso(ms) {
  return new Date(ms).toISOString();
}
