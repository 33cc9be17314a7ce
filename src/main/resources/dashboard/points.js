// Points that can be looked at: one field of one series, by name, whatever statistics it has.

import {get} from './api.js';

/** What a series' fields say of one point: the statistics kept of it, its unit, its live key. */
export class Point {
  constructor(measurement, tags, field, {unit = '', statistics = [], sources = [], intervals = []} = {}) {
    this.measurement = measurement;
    this.tags = tags;
    this.field = field;
    this.unit = unit;
    this.statistics = statistics;
    this.sources = sources;
    this.intervals = intervals;
  }

  /** In an address: telemetry,channel=1001/power. */
  get key() {
    const tags = Object.entries(this.tags).sort().map(([name, value]) => `,${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('');
    return `${encodeURIComponent(this.measurement)}${tags}/${encodeURIComponent(this.field)}`;
  }

  get name() {
    return `${this.of} ${this.field}`;
  }

  /** Its series, for people. */
  get of() {
    const tags = Object.entries(this.tags).sort().map(([name, value]) => `${name} ${value}`).join(', ');
    return tags || this.measurement;
  }

  /** Parameters of /query that find its series. */
  get parameters() {
    return {measurement: this.measurement, ...Object.fromEntries(Object.entries(this.tags).map(([name, value]) => [`tag.${name}`, value]))};
  }

  /** The name of a stored field. Plain documents have no statistics: their field is the value itself. */
  stored(statistic) {
    return this.statistics.length === 0 ? this.field : `${this.field}_${statistic}`;
  }

  has(statistic) {
    return this.statistics.includes(statistic);
  }

  static parse(key) {
    const [series, field] = key.split('/');
    const [measurement, ...tags] = series.split(',');
    return new Point(decodeURIComponent(measurement), Object.fromEntries(tags.map((tag) => tag.split('=').map(decodeURIComponent))), decodeURIComponent(field ?? ''));
  }
}

/** Every point there is, by series and field. At most so many: a site may have a hundred thousand. */
export async function allPoints({q, limit = 2_000, signal} = {}) {
  const [{series}, {fields}] = await Promise.all([
    get('series', {q, limit}, signal),
    get('fields', {}, signal),
  ]);
  const known = new Map(fields.map((field) => [`${field.measurement}\n${field.name}`, field]));
  const points = new Map();
  for (const one of series) {
    for (const name of one.fields) {
      const field = known.get(`${one.measurement}\n${name}`) ?? {};
      const point = new Point(one.measurement, one.tags, field.field ?? name, {sources: one.sources, intervals: one.intervals});
      const found = points.get(point.key) ?? point;
      if (field.statistic) found.statistics.push(field.statistic);
      if (field.unit && (field.statistic === 'avg' || !found.unit)) found.unit = field.unit;
      if (field.type && field.type !== 'string') points.set(point.key, found);
    }
  }
  return [...points.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', {numeric: true}));
}
