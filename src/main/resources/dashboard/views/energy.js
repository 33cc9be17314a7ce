// Energy by hour, day and month: what counters counted, what powers add up to, and how much of its own a site uses.

import {colour, draw, followWidth} from '../chart.js';
import {fill, h, save, select} from '../dom.js';
import {percent, show} from '../format.js';
import {folded} from '../history.js';
import {locale, t} from '../i18n.js';
import {empty, failed, parameters, remember} from '../main.js';
import {allPoints} from '../points.js';
import {HOUR, addDays, addMonths, iso, showTime, startOfDay, startOfMonth} from '../time.js';

/** What one bar is, and how much is shown: from a moment back to where it begins. */
const STEPS = {
  hour: {every: '1h', start: (at) => startOfDay(at), next: (start) => addDays(start, 1), look: {timeStyle: 'short', dateStyle: 'medium'}},
  day: {every: '1d', start: (at) => startOfMonth(at), next: (start) => addMonths(start, 1), look: {dateStyle: 'full'}},
  month: {every: '1mo', start: (at) => addMonths(startOfMonth(at), -11), next: (start) => addMonths(start, 12), look: {month: 'long', year: 'numeric'}},
};
const POWER = 'kW';
const FLOWS = ['pv_power', 'load_power', 'grid_power', 'battery_power'];

export default async function energy(place, signal) {
  const asked = parameters();
  const state = {
    step: STEPS[asked.get('step')] ? asked.get('step') : 'hour',
    at: Number(asked.get('at')) || Date.now(),
    key: asked.get('point') ?? '',
  };
  let plot = null;
  fill(place, h('p', {class: 'soft'}, t('loading')));
  const points = (await allPoints({signal})).filter((point) => point.has('increase') || point.has('integral') || (point.unit === POWER && point.has('avg')));
  if (points.length === 0) {
    fill(place, empty(t('energy.none'), t('energy.noneText')));
    return;
  }
  state.key = points.some((point) => point.key === state.key) ? state.key : (points.find((point) => point.has('increase')) ?? points[0]).key;
  const bar = h('div', {class: 'bar'});
  const total = h('p', {id: 'total', role: 'status'});
  const chart = h('div', {class: 'chart card', role: 'group', 'aria-label': t('energy.picture')});
  const table = h('div', {class: 'card scroll'});
  const balance = h('section', {class: 'card', 'aria-label': t('energy.balance')});
  fill(place, bar, total, chart, balance, table);
  followWidth(chart, () => plot, signal);
  await redraw();

  function controls() {
    const step = STEPS[state.step];
    const go = (forth) => {
      const start = step.start(state.at);
      state.at = forth ? step.next(start) : state.step === 'hour' ? addDays(start, -1) : addMonths(start, -1);
      redraw();
    };
    fill(bar,
      h('label', {class: 'field'}, t('energy.point'), select(points.map((point) => [point.key, `${point.measurement} ${point.name}`]), state.key, (key) => { state.key = key; redraw(); }, {id: 'energy-point'})),
      h('div', {class: 'group', role: 'group', 'aria-label': t('energy.step')}, Object.keys(STEPS).map((name) =>
        h('button', {'aria-pressed': state.step === name ? 'true' : 'false', onclick: () => { state.step = name; redraw(); }}, t(`energy.${name}`)))),
      h('div', {class: 'group'},
        h('button', {onclick: () => go(false), 'aria-label': t('trends.back')}, '◀'),
        h('button', {onclick: () => { state.at = Date.now(); redraw(); }}, t('energy.today')),
        h('button', {onclick: () => go(true), 'aria-label': t('trends.forth')}, '▶')));
  }

  async function redraw() {
    controls();
    remember('energy', new URLSearchParams({point: state.key, step: state.step, at: state.at}));
    const point = points.find((one) => one.key === state.key);
    const step = STEPS[state.step];
    const start = step.start(state.at);
    const stop = step.next(start);
    try {
      const bars = await amounts(point, start, Math.min(stop, Date.now()), step.every, signal);
      if (signal.aborted) return;
      const unit = point.has('increase') ? point.unit : 'kWh';
      const known = bars.filter(([, value]) => value !== null);
      const sum = known.reduce((so, [, value]) => so + value, 0);
      total.textContent = known.length
        ? t('energy.total', {sum: show(sum), unit, from: showTime(start, locale(), {dateStyle: 'full'}), how: t(point.has('increase') ? 'energy.counted' : point.has('integral') ? 'energy.integrated' : 'energy.averaged')})
        : t('energy.nothing');
      plot = draw(chart, [{label: point.name, unit, colour: colour(0), times: bars.map(([time]) => time), value: bars.map(([, value]) => value)}], {start, stop, bars: true, height: 300});
      fill(table, h('table', {class: 'compact'},
        h('caption', {class: 'hidden'}, t('energy.picture')),
        h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, t('time')), h('th', {scope: 'col', class: 'number'}, unit))),
        h('tbody', {}, bars.map(([time, value]) => h('tr', {'data-time': iso(time)}, h('th', {scope: 'row'}, showTime(time, locale(), step.look)), h('td', {class: 'number', 'data-value': value ?? ''}, show(value)))))),
        h('button', {onclick: () => save('energy.csv', ['time,' + unit, ...bars.map(([time, value]) => `${iso(time)},${value ?? ''}`)].join('\n'))}, 'CSV'));
      await ownUse(start, Math.min(stop, Date.now()));
    } catch (failure) {
      if (!signal.aborted) fill(chart, failed(failure, redraw));
    }
  }

  /** Of a model that knows what it makes, uses and takes from the grid. */
  async function ownUse(start, stop) {
    const model = Object.values(Object.groupBy(points, (point) => `${point.measurement}${point.of}`))
      .find((group) => ['pv_power', 'load_power', 'grid_power'].every((field) => group.some((point) => point.field === field)));
    balance.hidden = !model;
    if (!model) return;
    const flows = {};
    for (const field of FLOWS) {
      const point = model.find((one) => one.field === field);
      if (point) flows[field] = await hours(point, start, stop);
    }
    // The grid takes what is negative. By the hour, so that what goes out at noon does not pay for the evening.
    const made = sum(flows.pv_power);
    const used = sum(flows.load_power);
    const taken = sum(flows.grid_power.map((v) => Math.max(0, v)));
    const given = sum(flows.grid_power.map((v) => Math.max(0, -v)));
    const row = (label, value, unit) => h('tr', {}, h('th', {scope: 'row'}, label), h('td', {class: 'number'}, value), h('td', {}, unit));
    fill(balance, h('h2', {}, t('energy.balance')), h('table', {class: 'compact'}, h('tbody', {},
      row(t('energy.made'), show(made, 4), 'kWh'),
      row(t('energy.used'), show(used, 4), 'kWh'),
      row(t('energy.taken'), show(taken, 4), 'kWh'),
      row(t('energy.given'), show(given, 4), 'kWh'),
      row(t('energy.ownUse'), made > 0 ? percent(Math.max(0, (made - given) / made)) : '–', ''),
      row(t('energy.ownSupply'), used > 0 ? percent(Math.max(0, Math.min(1, (used - taken) / used))) : '–', ''))),
    h('p', {class: 'soft small'}, t('energy.balanceText')));
  }

  async function hours(point, start, stop) {
    return (await amounts(point, start, stop, '1h', signal)).map(([, value]) => value ?? 0);
  }
}

function sum(values) {
  return values.reduce((a, b) => a + b, 0);
}

/** Energy in each step: counted; else integrated; else average power times the time it was measured in. */
async function amounts(point, start, stop, every, signal) {
  if (point.has('increase')) return folded(point, 'increase', start, stop, every, signal);
  if (point.has('integral')) return folded(point, 'integral', start, stop, every, signal);
  if (every === '1h') {
    return (await folded(point, 'mean', start, stop, '1h', signal)).map(([time, value]) => [time, value === null ? null : value * Math.min(1, (stop - time) / HOUR)]);
  }
  const byHour = await amounts(point, start, stop, '1h', signal);
  const begin = every === '1d' ? startOfDay : startOfMonth;
  const steps = new Map();
  for (const [time, value] of byHour) {
    const at = begin(time);
    steps.set(at, value === null ? steps.get(at) ?? null : (steps.get(at) ?? 0) + value);
  }
  return [...steps];
}
