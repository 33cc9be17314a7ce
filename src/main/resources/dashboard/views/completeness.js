// What was expected and is there: a calendar, a map of sources by day, and why something is missing.

import {get, send} from '../api.js';
import {fill, h, select} from '../dom.js';
import {count, percent} from '../format.js';
import {locale, t} from '../i18n.js';
import {empty, explain, failed, notice, parameters, remember} from '../main.js';
import {addDays, addMonths, iso, showTime, startOfDay, startOfMonth, wall} from '../time.js';

const MOST_GAPS = 20_000;
const MOST_SOURCES = 200;

export default async function completeness(place, signal) {
  const asked = parameters();
  const state = {month: startOfMonth(Number(asked.get('month')) || Date.now()), day: Number(asked.get('day')) || null, interval: asked.get('interval') ?? '1m'};
  const bar = h('div', {class: 'bar'});
  const all = h('p', {role: 'status', id: 'complete'});
  const calendar = h('section', {class: 'card', 'aria-label': t('complete.calendar')});
  const map = h('section', {class: 'card', 'aria-label': t('complete.map')});
  const gaps = h('section', {class: 'card', 'aria-label': t('complete.gaps'), id: 'gaps'});
  fill(place, bar, all, h('div', {class: 'split'}, calendar, h('div', {class: 'stack'}, map, gaps)));
  let answer = null;
  let days = [];
  await load();

  async function load() {
    remember('completeness', new URLSearchParams({month: state.month, interval: state.interval, ...(state.day ? {day: state.day} : {})}));
    const next = addMonths(state.month, 1);
    days = [];
    for (let day = state.month; day < next; day = addDays(day, 1)) days.push(day);
    controls();
    all.textContent = t('loading');
    try {
      const stop = Math.min(next, Date.now());
      if (stop <= state.month) {
        answer = null;
        fill(calendar, empty(t('complete.future'), t('complete.futureText')));
        fill(map);
        fill(gaps);
        all.textContent = '';
        return;
      }
      answer = await get('completeness', {start: iso(state.month), stop: iso(stop), interval: state.interval, limit: MOST_GAPS}, signal);
      show();
    } catch (failure) {
      if (signal.aborted) return;
      all.textContent = '';
      fill(calendar, failed(failure, load));
      fill(map);
      fill(gaps);
    }
  }

  function controls() {
    fill(bar,
      h('div', {class: 'group'},
        h('button', {onclick: () => { state.month = addMonths(state.month, -1); state.day = null; load(); }, 'aria-label': t('complete.monthBefore')}, '◀'),
        h('button', {onclick: () => { state.month = startOfMonth(Date.now()); state.day = null; load(); }}, showTime(state.month, locale(), {month: 'long', year: 'numeric'})),
        h('button', {onclick: () => { state.month = addMonths(state.month, 1); state.day = null; load(); }, 'aria-label': t('complete.monthAfter')}, '▶')),
      h('label', {class: 'field'}, t('complete.interval'), select([['1m', '1m'], ['5m', '5m']], state.interval, (interval) => { state.interval = interval; load(); })),
      h('button', {class: 'main', id: 'repair', onclick: repair}, t(state.day ? 'complete.repairDay' : 'complete.repair')));
  }

  function show() {
    if (answer.sources.length === 0) {
      all.textContent = '';
      fill(calendar, empty(t('complete.none'), t('complete.noneText')));
      fill(map);
      fill(gaps);
      return;
    }
    const shares = days.map((day, index) => share(answer.sources, day, days[index + 1] ?? addDays(day, 1)));
    all.textContent = t('complete.all', {delivered: count(answer.delivered), expected: count(answer.expected), share: answer.expected ? percent(answer.delivered / answer.expected) : '–', pending: count(answer.pending)})
      + (answer.known_since ? ` ${t('complete.since', {time: showTime(Date.parse(answer.known_since), locale())})}` : '');
    const blanks = (new Date(Date.UTC(wall(state.month).year, wall(state.month).month - 1, 1)).getUTCDay() + 6) % 7;
    const weekdays = [1, 2, 3, 4, 5, 6, 7].map((n) => new Date(Date.UTC(2024, 0, n)).toLocaleDateString(locale(), {weekday: 'short', timeZone: 'UTC'}));
    fill(calendar, h('h2', {}, t('complete.calendar')), h('div', {class: 'calendar'},
      weekdays.map((name) => h('span', {class: 'soft small'}, name)),
      Array.from({length: blanks}, () => h('span', {})),
      days.map((day, index) => {
        const {missing, expected, sources} = shares[index];
        const text = expected === 0 ? '–' : percent(1 - missing / expected, 0);
        return h('button', {class: grade(missing, expected), 'aria-pressed': state.day === day ? 'true' : 'false', 'data-day': iso(day),
          'aria-label': `${showTime(day, locale(), {dateStyle: 'full'})}: ${expected === 0 ? t('complete.off') : t('complete.dayLabel', {share: text, sources})}`,
          onclick: () => { state.day = state.day === day ? null : day; remember('completeness', new URLSearchParams({month: state.month, interval: state.interval, ...(state.day ? {day: state.day} : {})})); show(); controls(); }},
        String(wall(day).day), h('small', {}, text));
      })), legend());
    heat();
    list();
  }

  function heat() {
    const sources = answer.sources.slice(0, MOST_SOURCES);
    fill(map, h('h2', {}, t('complete.map')), h('div', {class: 'scroll'}, h('table', {class: 'heat'},
      h('thead', {}, h('tr', {}, h('td', {}), days.map((day) => h('td', {class: 'soft'}, String(wall(day).day))))),
      h('tbody', {}, sources.map((one) => h('tr', {}, h('th', {scope: 'row', class: 'mono'}, one.source), days.map((day, index) => {
        const {missing, expected, causes} = share([one], day, days[index + 1] ?? addDays(day, 1));
        const why = [...causes].map((cause) => t(`cause.${cause}`)).join(', ');
        const label = `${one.source}, ${showTime(day, locale(), {dateStyle: 'medium'})}: ${expected === 0 ? t('complete.off') : percent(1 - missing / expected, 0)}${why ? `, ${why}` : ''}`;
        return h('td', {}, h('button', {class: grade(missing, expected), title: label, 'aria-label': label, onclick: () => { state.day = day; show(); controls(); }}));
      })))))), answer.sources.length > MOST_SOURCES && h('p', {class: 'soft'}, t('complete.more', {n: answer.sources.length - MOST_SOURCES})));
  }

  function list() {
    const from = state.day ?? state.month;
    const to = state.day ? addDays(state.day, 1) : addMonths(state.month, 1);
    const found = answer.sources.flatMap(({source, gaps: of}) => of.map((gap) => ({source, ...gap})))
      .filter((gap) => Date.parse(gap.start) < to && Date.parse(gap.stop) > from);
    fill(gaps, h('h2', {}, t('complete.gaps')),
      found.length === 0 ? h('p', {class: 'good'}, t('complete.noGaps'))
        : h('div', {class: 'scroll'}, h('table', {},
          h('thead', {}, h('tr', {}, [t('complete.source'), t('time'), t('complete.windows'), t('complete.cause')].map((text) => h('th', {scope: 'col'}, text)))),
          h('tbody', {}, found.slice(0, 300).map((gap) => h('tr', {},
            h('td', {class: 'mono'}, gap.source),
            h('td', {}, `${showTime(Date.parse(gap.start), locale(), {dateStyle: 'short', timeStyle: 'short'})} – ${showTime(Date.parse(gap.stop), locale(), {timeStyle: 'short'})}`),
            h('td', {class: 'number'}, count(gap.windows)),
            h('td', {}, t(`cause.${gap.cause}`))))))),
      found.length > 300 && h('p', {class: 'soft'}, t('complete.more', {n: found.length - 300})));
  }

  async function repair() {
    const from = state.day ?? state.month;
    const to = Math.min(Date.now(), state.day ? addDays(state.day, 1) : addMonths(state.month, 1));
    const button = document.getElementById('repair');
    button.disabled = true;
    const so = {expected: 0, stored: 0, missing: 0, resent: 0};
    try {
      // A day at once is what the service reads.
      for (let day = from; day < to; day = addDays(day, 1)) {
        button.textContent = t('complete.repairing', {day: showTime(day, locale(), {dateStyle: 'medium'})});
        const done = await send('POST', 'verify', undefined, {start: iso(day), stop: iso(Math.min(to, addDays(day, 1))), repair: 'true'});
        for (const name of Object.keys(so)) so[name] += done[name];
        if (signal.aborted) return;
      }
      notice(t('complete.repaired', Object.fromEntries(Object.entries(so).map(([name, n]) => [name, count(n)]))));
      await load();
    } catch (failure) {
      notice(explain(failure), true);
      controls();
    }
  }
}

/** Windows of these sources that begin in a day and are in no other state than delivered or on their way. */
function share(sources, from, to) {
  let expected = 0;
  let missing = 0;
  const causes = new Set();
  for (const one of sources) {
    const length = lengthOf(one.interval);
    // The account covers the windows from the first that was expected to the last that has ended.
    const windows = Math.max(0, Math.round((Math.min(to, Date.parse(one.stop)) - Math.max(from, Date.parse(one.start))) / length));
    expected += windows;
    for (const gap of one.gaps) {
      const a = Math.max(from, Date.parse(gap.start));
      const b = Math.min(to, Date.parse(gap.stop));
      if (b <= a) continue;
      causes.add(gap.cause);
      if (gap.cause === 'removed') expected -= Math.min(windows, Math.round((b - a) / length));
      else missing += Math.round((b - a) / length);
    }
  }
  return {expected: Math.max(0, expected), missing: Math.min(missing, Math.max(0, expected)), causes, sources: sources.length};
}

function lengthOf(interval) {
  const [, n, unit] = /^(\d+)([smhd])$/.exec(interval);
  return Number(n) * {s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000}[unit];
}

function grade(missing, expected) {
  if (expected === 0) return 's-off';
  if (missing === 0) return 's-full';
  const left = 1 - missing / expected;
  return left >= 0.95 ? 's-most' : left > 0 ? 's-some' : 's-none';
}

function legend() {
  return h('p', {class: 'small legend'}, ['full', 'most', 'some', 'none', 'off'].map((name) => [h('span', {class: `badge s-${name}`}, t(name === 'none' ? 'grade.none' : `complete.${name}`)), ' ']));
}
