// Live values of every channel and model, as they change.

import {listen} from '../api.js';
import {fill, h} from '../dom.js';
import {show} from '../format.js';
import {locale, t} from '../i18n.js';
import {empty, explain} from '../main.js';
import {showTime} from '../time.js';

export default function now(place, signal) {
  const cards = new Map();
  const state = h('p', {class: 'soft', role: 'status'}, t('loading'));
  const filter = h('input', {type: 'search', oninput: () => sift(), placeholder: t('now.filter'), 'aria-label': t('now.filter')});
  const grid = h('div', {class: 'grid', id: 'live'});
  const nothing = h('div', {});
  fill(place, h('div', {class: 'bar'}, filter, state), nothing, grid);

  listen('live', {}, {
    signal,
    onevent: (type, data) => (type === 'values' ? values(data) : status(data)),
    onstate: (up, failure) => {
      if (!up) {
        state.className = 'bad';
        state.textContent = failure ? explain(failure) : t('now.lost');
        for (const card of cards.values()) card.element.classList.add('stale');
      }
    },
  });

  function status(data) {
    state.className = data.ok ? 'soft' : 'bad';
    state.textContent = data.ok ? t('now.series', {n: data.series}) : t('now.redis', {message: data.message ?? ''});
    fill(nothing, data.ok && data.series === 0 && empty(t('now.empty'), t('now.emptyText')));
    if (!data.ok) for (const card of cards.values()) card.element.classList.add('stale');
  }

  function values(data) {
    const key = data.measurement + JSON.stringify(data.tags);
    if (!cards.has(key)) {
      cards.set(key, card(data));
      fill(grid, [...cards.entries()].sort(([a], [b]) => a.localeCompare(b, 'en', {numeric: true})).map(([, c]) => c.element));
      sift();
    }
    cards.get(key).update(data);
  }

  function card(data) {
    const title = titleOf(data);
    const body = h('tbody', {});
    const when = h('p', {class: 'soft small'});
    const gone = h('span', {class: 'badge warn', hidden: true}, t('now.gone'));
    const element = h('section', {class: 'card', 'aria-label': title},
      h('h2', {}, title, ' ', gone), h('table', {class: 'values'}, body), when);
    const rows = new Map();
    return {
      element,
      text: `${title} ${data.source ?? ''}`.toLowerCase(),
      update(next) {
        element.classList.remove('stale');
        const names = Object.keys(next.values);
        gone.hidden = names.length > 0;
        for (const [name, row] of rows) if (!(name in next.values)) { row.remove(); rows.delete(name); }
        for (const name of names) {
          if (!rows.has(name)) {
            const row = h('tr', {}, h('td', {}, name), h('td', {class: 'value', 'data-field': name}), h('td', {class: 'soft'}), h('td', {class: 'small warn'}));
            rows.set(name, row);
            body.append(row);
          }
          const {value, text, unit, good, stale} = next.values[name];
          const [, shown, dimension, remark] = rows.get(name).children;
          shown.textContent = value === undefined || value === null ? text ?? '–' : show(value);
          dimension.textContent = unit ?? '';
          remark.textContent = stale ? t('now.stale') : good === false ? t('now.notGood') : '';
          rows.get(name).className = stale || good === false ? 'stale' : '';
        }
        when.textContent = `${next.source ?? ''} · ${showTime(Date.parse(next.time), locale(), {timeStyle: 'medium'})}`;
      },
    };
  }

  function sift() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const card of cards.values()) {
      card.element.hidden = !words.every((word) => card.text.includes(word));
    }
  }
}

function titleOf({measurement, tags}) {
  const of = Object.entries(tags).map(([name, value]) => `${name} ${value}`).join(', ');
  return of ? `${measurement}: ${of}` : measurement;
}
