// The past of points, as few rows as a screen can show. The service chooses level and buckets.

import {get} from './api.js';
import {DAY, HOUR, iso, siteZone} from './time.js';

/** Buckets a screen can tell apart; each is a window or several. */
const BUCKETS = [[1, '1m'], [5, '5m'], [15, '15m'], [60, '1h'], [180, '3h'], [360, '6h'], [1440, '1d'], [7 * 1440, '1w']];
const MINUTE = 60_000;

/** The finest bucket of which no more than so many fit into the range. */
export function bucket(start, stop, most) {
  const [minutes, name] = BUCKETS.find(([length]) => (stop - start) / (length * MINUTE) <= most) ?? BUCKETS.at(-1);
  return {name, length: minutes * MINUTE};
}

/** A column of an answer by its name; nulls where it has none. */
function column(answer, name) {
  const at = answer.columns.indexOf(name);
  return answer.rows.map((row) => (at < 0 ? null : row[at]));
}

function times(answer) {
  return answer.rows.map((row) => Date.parse(row[0]));
}

/**
 * A point's average, minimum and maximum over a range.
 *
 * @returns {{times: number[], value: (number|null)[], min?: (number|null)[], max?: (number|null)[], openFrom?: number,
 *   every: number, warnings: string[]}} with null in each bucket that has nothing
 */
export async function trend(point, start, stop, most, signal) {
  const {name, length} = bucket(start, stop, most);
  const finest = name === '1m';
  const statistics = ['avg', 'min', 'max'].filter((statistic) => point.has(statistic));
  const fields = point.statistics.length === 0 ? [point.field] : statistics.map((s) => point.stored(s));
  const range = {start: iso(start), stop: iso(stop)};
  const plain = point.statistics.length === 0;
  const parameters = plain || finest
    ? {...point.parameters, ...range, fields: fields.join(','), include: plain ? undefined : 'open', interval: plain ? undefined : '1m'}
    : {...point.parameters, ...range, fields: point.field, fn: 'mean,min,max', every: name, tz: siteZone()};
  const answer = await get('query', parameters, signal);
  const found = {times: times(answer), every: length, warnings: answer.warnings ?? []};
  if (plain) {
    found.value = column(answer, point.field);
  } else if (finest) {
    found.value = column(answer, point.stored('avg'));
    found.min = column(answer, point.stored('min'));
    found.max = column(answer, point.stored('max'));
    const origins = column(answer, 'origin');
    const open = origins.findIndex((origin) => origin === 'open');
    if (open >= 0) found.openFrom = found.times[open];
  } else {
    found.value = column(answer, `${point.field}_mean`);
    found.min = column(answer, `${point.field}_min`);
    found.max = column(answer, `${point.field}_max`);
  }
  return plain ? found : withGaps(found);
}

/** Where windows are missing a null is put, so that no line is drawn across. */
function withGaps(found) {
  const out = {...found, times: [], value: [], min: [], max: []};
  found.times.forEach((time, index) => {
    const before = found.times[index - 1];
    // Days of summer time are an hour longer.
    if (index > 0 && time - before > found.every + (found.every >= DAY ? HOUR : 0)) {
      out.times.push(before + found.every);
      for (const name of ['value', 'min', 'max']) out[name].push(null);
    }
    out.times.push(time);
    for (const name of ['value', 'min', 'max']) out[name].push(found[name][index] ?? null);
  });
  return out;
}

/** One function of a point in each bucket: [[time, value], …]. */
export async function folded(point, fn, start, stop, every, signal) {
  const answer = await get('query', {
    ...point.parameters, start: iso(start), stop: iso(stop), fields: point.field, fn, every, tz: siteZone(),
  }, signal);
  const values = column(answer, `${point.field}_${fn}`);
  return times(answer).map((time, index) => [time, values[index]]);
}
