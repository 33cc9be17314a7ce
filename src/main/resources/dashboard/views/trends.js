// History of points as lines: pick, zoom, compare, share.

import {get, request} from '../api.js';
import {colour, draw, followWidth, png} from '../chart.js';
import {calm, fill, h, save} from '../dom.js';
import {duration, show} from '../format.js';
import {trend} from '../history.js';
import {locale, t} from '../i18n.js';
import {empty, explain, failed, notice, parameters, remember} from '../main.js';
import {allPoints, Point} from '../points.js';
import {DAY, HOUR, addDays, fromInput, iso, showTime, toInput} from '../time.js';

const MOST = 10;
const RANGES = [['1h', HOUR], ['6h', 6 * HOUR], ['24h', DAY], ['7d', 7 * DAY], ['30d', 30 * DAY], ['1y', 365 * DAY]];
const SHORTEST = 5 * 60_000;
const SHOWN = 300;
const REFRESH = 15_000;
/** Up to here, in CSS pixels, the list of points stands above the chart, and is folded away where some are chosen. */
const NARROW = 800;

export default async function trends(place, signal) {
  const asked = parameters();
  const state = {
    points: asked.getAll('point').map(Point.parse).slice(0, MOST),
    range: asked.get('range') ?? (asked.get('start') ? null : '24h'),
    start: Number(asked.get('start')) || 0,
    stop: Number(asked.get('stop')) || 0,
    before: asked.get('before') === 'true',
  };
  let known = [];
  let plot = null;
  let drawing = new AbortController();

  const list = h('div', {class: 'picker'});
  const search = h('input', {type: 'search', 'aria-label': t('trends.search'), placeholder: t('trends.search'), oninput: calm(200, () => offer())});
  const chips = h('ul', {class: 'chips', 'aria-label': t('trends.chosen')});
  const chart = h('div', {class: 'chart card', role: 'group', 'aria-label': t('trends.picture')});
  const about = h('div', {class: 'small soft', role: 'status'});
  const table = h('details', {class: 'card'}, h('summary', {}, t('trends.table')), h('div', {class: 'scroll'}));
  const bar = h('div', {class: 'bar'});
  fill(place, h('div', {class: 'split'},
    h('section', {class: 'card', 'aria-label': t('trends.points')}, h('details', {open: innerWidth > NARROW || state.points.length === 0}, h('summary', {}, t('trends.points')), search, list)),
    h('section', {class: 'stack', 'aria-label': t('trends.chart')}, bar, chips, chart, about, table)));
  followWidth(chart, () => plot, signal);
  gestures(chart, zoom, () => plot);

  fill(list, h('p', {class: 'soft'}, t('loading')));
  try {
    known = await allPoints({signal});
  } catch (failure) {
    if (signal.aborted) return;
    fill(list, failed(failure, () => trends(place, signal)));
  }
  state.points = state.points.map((point) => known.find((other) => other.key === point.key) ?? point);
  offer();
  controls();
  await redraw();
  const refreshing = setInterval(() => { if (state.range && !document.hidden) redraw(); }, REFRESH);
  signal.addEventListener('abort', () => { clearInterval(refreshing); drawing.abort(); });

  function span() {
    if (!state.range) return [state.start, state.stop];
    const stop = Date.now();
    return [stop - RANGES.find(([name]) => name === state.range)[1], stop];
  }

  function offer() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = known.filter((point) => {
      const text = `${point.measurement} ${point.name} ${point.sources.join(' ')}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    if (found.length === 0) {
      fill(list, empty(t('trends.none'), t(known.length ? 'trends.noneText' : 'trends.noHistory')));
      return;
    }
    const groups = Map.groupBy(found.slice(0, SHOWN), (point) => `${point.measurement}: ${point.of}`);
    fill(list, [...groups].map(([group, points]) => [
      h('h2', {class: 'small soft'}, group),
      h('ul', {}, points.map((point) => h('li', {}, h('label', {class: 'check'},
        h('input', {type: 'checkbox', checked: state.points.some((other) => other.key === point.key), onchange: (event) => choose(point, event.target)}),
        `${point.field}${point.unit ? ` (${point.unit})` : ''}`)))),
    ]), found.length > SHOWN && h('p', {class: 'soft'}, t('trends.more', {n: found.length - SHOWN})));
  }

  function choose(point, box) {
    if (box.checked && state.points.length >= MOST) {
      box.checked = false;
      notice(t('trends.most', {n: MOST}), true);
      return;
    }
    state.points = box.checked ? [...state.points, point] : state.points.filter((other) => other.key !== point.key);
    redraw();
  }

  function controls() {
    const [start, stop] = span();
    const from = h('input', {type: 'datetime-local', id: 'from', value: toInput(start)});
    const to = h('input', {type: 'datetime-local', id: 'to', value: toInput(stop)});
    const given = () => {
      const [a, b] = [fromInput(from.value), fromInput(to.value)];
      if (b > a) look(a, b);
      else notice(t('trends.order'), true);
    };
    from.addEventListener('change', given);
    to.addEventListener('change', given);
    fill(bar,
      h('div', {class: 'group', role: 'group', 'aria-label': t('trends.range')}, RANGES.map(([name]) =>
        h('button', {'aria-pressed': state.range === name ? 'true' : 'false', onclick: () => { state.range = name; redraw(); controls(); }}, name))),
      h('label', {class: 'field', for: 'from'}, t('trends.from'), from),
      h('label', {class: 'field', for: 'to'}, t('trends.to'), to),
      h('div', {class: 'group', role: 'group', 'aria-label': t('trends.zoom')},
        h('button', {onclick: () => move(-0.5), 'aria-label': t('trends.back')}, '◀'),
        h('button', {onclick: () => zoom(0.5), 'aria-label': t('trends.in')}, '+'),
        h('button', {onclick: () => zoom(2), 'aria-label': t('trends.out')}, '−'),
        h('button', {onclick: () => move(0.5), 'aria-label': t('trends.forth')}, '▶')),
      h('label', {class: 'check'}, h('input', {type: 'checkbox', checked: state.before, onchange: (event) => { state.before = event.target.checked; redraw(); }}), t('trends.before')),
      h('div', {class: 'group'},
        h('button', {onclick: share}, t('trends.share')),
        h('button', {onclick: async () => plot && save('hissrv.png', await png(plot))}, 'PNG'),
        h('button', {onclick: csv}, 'CSV')));
  }

  function look(start, stop) {
    const latest = Date.now();
    const length = Math.max(SHORTEST, stop - start);
    state.range = null;
    state.stop = Math.min(Math.round(stop), latest);
    state.start = Math.round(state.stop - length);
    controls();
    redraw();
  }

  function zoom(factor, middle = 0.5) {
    const [start, stop] = span();
    const at = start + (stop - start) * middle;
    look(at - (at - start) * factor, at + (stop - at) * factor);
  }

  function move(share_) {
    const [start, stop] = span();
    const by = (stop - start) * share_;
    look(start + by, stop + by);
  }

  function keep() {
    const search_ = new URLSearchParams(state.points.map((point) => ['point', point.key]));
    if (state.range) search_.set('range', state.range);
    else { search_.set('start', state.start); search_.set('stop', state.stop); }
    if (state.before) search_.set('before', 'true');
    remember('trends', search_);
  }

  async function share() {
    const [start, stop] = span();
    const link = new URL(location.href);
    const search_ = new URLSearchParams(link.hash.split('?')[1]);
    search_.delete('range');
    search_.set('start', Math.round(start));
    search_.set('stop', Math.round(stop));
    link.hash = `/trends?${search_}`;
    try {
      await navigator.clipboard.writeText(link.href);
      notice(t('trends.shared'));
    } catch {
      prompt(t('trends.copy'), link.href);
    }
  }

  /** By a request of ours, for a link can't carry a token. */
  async function csv() {
    const [start, stop] = span();
    for (const point of state.points) {
      const fields = point.statistics.length ? point.statistics.map((s) => point.stored(s)) : [point.field];
      try {
        const response = await request('query', {parameters: {...point.parameters, start: iso(start), stop: iso(stop), fields: fields.join(','), format: 'csv'}, headers: {Accept: 'text/csv'}, signal});
        save(`${point.name}.csv`, await response.blob());
      } catch (failure) {
        if (!signal.aborted) notice(explain(failure), true);
      }
    }
  }

  async function redraw() {
    keep();
    drawing.abort();
    drawing = new AbortController();
    const {signal: current} = drawing;
    fill(chips, state.points.map((point, index) => {
      const swatch = h('span', {class: 'swatch'});
      swatch.style.color = colour(index);
      return h('li', {}, swatch, `${point.name}${point.unit ? ` (${point.unit})` : ''}`,
        h('button', {'aria-label': t('trends.remove', {name: point.name}), onclick: () => { state.points = state.points.filter((other) => other !== point); offer(); redraw(); }}, '×'));
    }));
    if (state.points.length === 0) {
      plot = null;
      chart.removeAttribute('aria-busy');
      fill(chart, empty(t('trends.start'), t('trends.startText')));
      fill(about);
      table.hidden = true;
      return;
    }
    chart.setAttribute('aria-busy', 'true');
    if (!plot) about.textContent = t('loading');
    const [start, stop] = span();
    const most = Math.max(200, Math.min(1_500, chart.clientWidth));
    try {
      const began = performance.now();
      const lines = await Promise.all(state.points.flatMap((point, index) => [
        line(point, index, start, stop, most, 0, current),
        ...(state.before ? [line(point, index, start, stop, most, -1, current)] : []),
      ]));
      const gaps = await causes(start, stop, current);
      if (current.aborted) return;
      chart.removeAttribute('aria-busy');
      const got = performance.now();
      plot = draw(chart, lines, {start, stop, gaps, onzoom: look});
      // It paints before the next frame.
      await new Promise(requestAnimationFrame);
      const drawn = performance.now();
      chart.dataset.script = String(Math.round(drawn - got));
      told(lines, gaps, start, stop, got - began, drawn - got);
      rows(lines);
    } catch (failure) {
      if (current.aborted || signal.aborted) return;
      plot = null;
      chart.removeAttribute('aria-busy');
      fill(chart, failed(failure, redraw));
      about.textContent = explain(failure);
    }
  }

  async function line(point, index, start, stop, most, days, current) {
    const by = days ? start - addDays(start, days) : 0;
    const found = await trend(point, start - by, stop - by, most, current);
    return {
      ...found,
      times: found.times.map((time) => time + by),
      label: days ? t('trends.dayBefore', {name: point.name}) : point.name,
      unit: point.unit,
      colour: colour(index),
      dash: days !== 0,
      min: days ? undefined : found.min,
      max: days ? undefined : found.max,
    };
  }

  /** Gaps of the points' sources, with their causes. */
  async function causes(start, stop, current) {
    const sources = [...new Set(state.points.flatMap((point) => point.sources))].slice(0, MOST);
    const interval = state.points.flatMap((point) => point.intervals)[0];
    const answers = await Promise.all(sources.map((source) =>
      get('completeness', {source, interval, start: iso(start), stop: iso(stop), limit: 200}, current).catch(() => ({sources: []}))));
    return answers.flatMap((answer) => answer.sources).flatMap(({source, gaps}) =>
      gaps.map((gap) => ({source, cause: gap.cause, start: Date.parse(gap.start), stop: Date.parse(gap.stop)})));
  }

  function told(lines, gaps, start, stop, fetched, drawn) {
    const warnings = [...new Set(lines.flatMap((one) => one.warnings))];
    const unfolded = Boolean(about.querySelector('details')?.open);
    fill(about,
      h('p', {}, `${showTime(start, locale())} – ${showTime(stop, locale())} · ${t('trends.each', {length: duration(lines[0].every)})} · ${t('trends.took', {fetched: Math.round(fetched), drawn: Math.round(drawn)})}`),
      warnings.map((text) => h('p', {class: 'warn'}, text)),
      lines.every((one) => one.value.every((v) => v === null)) && h('p', {class: 'warn'}, t('trends.nothing')),
      gaps.length > 0 && h('details', {open: unfolded}, h('summary', {}, t('trends.gaps', {n: gaps.length})),
        h('ul', {}, gaps.slice(0, 50).map((gap) => h('li', {}, `${gap.source}: ${showTime(gap.start, locale())} – ${showTime(gap.stop, locale())}, ${t(`cause.${gap.cause}`)}`)))));
  }

  /** The newest values as text, for those who can't see lines. */
  function rows(lines) {
    table.hidden = false;
    const times = [...new Set(lines.flatMap((one) => one.times))].sort((a, b) => b - a).slice(0, 60);
    const at = lines.map((one) => new Map(one.times.map((time, index) => [time, one.value[index]])));
    fill(table.lastChild, h('table', {},
      h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, t('time')), lines.map((one) => h('th', {scope: 'col', class: 'number'}, `${one.label} ${one.unit}`)))),
      h('tbody', {}, times.map((time) => h('tr', {'data-time': iso(time)},
        h('th', {scope: 'row'}, showTime(time, locale())),
        at.map((values) => h('td', {class: 'number', 'data-value': values.get(time) ?? ''}, show(values.get(time) ?? null))))))));
  }
}

/** Wheel with Ctrl, a double click, two fingers. */
function gestures(chart, zoom, plot) {
  const fingers = new Map();
  let apart = 0;
  const share = (x) => {
    const box = chart.getBoundingClientRect();
    return Math.min(1, Math.max(0, (x - box.left) / box.width));
  };
  chart.addEventListener('wheel', (event) => {
    if (!event.ctrlKey || !plot()) return;
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.3 : 0.77, share(event.clientX));
  }, {passive: false});
  chart.addEventListener('dblclick', () => plot() && zoom(2));
  chart.addEventListener('pointerdown', (event) => { if (event.pointerType === 'touch') fingers.set(event.pointerId, event); });
  chart.addEventListener('pointermove', (event) => { if (fingers.has(event.pointerId)) fingers.set(event.pointerId, event); });
  const distance = () => {
    const [a, b] = [...fingers.values()];
    return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  };
  chart.addEventListener('pointerdown', () => { if (fingers.size === 2) apart = distance(); });
  const up = (event) => {
    if (fingers.size === 2 && apart > 0 && plot()) {
      const [a, b] = [...fingers.values()];
      const factor = apart / Math.max(1, distance());
      if (factor > 1.1 || factor < 0.9) zoom(factor, share((a.clientX + b.clientX) / 2));
    }
    apart = 0;
    fingers.delete(event.pointerId);
  };
  chart.addEventListener('pointerup', up);
  chart.addEventListener('pointercancel', up);
}
