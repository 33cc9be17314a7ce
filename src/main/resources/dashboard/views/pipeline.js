// The way of the data, stage by stage: health, rates, queue; alerts; quarantine; how the configuration changed.

import {get, send} from '../api.js';
import {fill, h} from '../dom.js';
import {bytes, count, duration, show} from '../format.js';
import {locale, t} from '../i18n.js';
import {empty, explain, failed, notice} from '../main.js';
import {iso, showTime} from '../time.js';
import {changed} from './configuration.js';

const BEAT = 2_000;
const PAGE = 50;

/** Stages in the order of the flow: the component of /health, and the counter whose growth is its rate. */
const STAGES = [
  ['redis', null], ['aggregate', 'samples'], ['collect', 'entries_collected'], ['outbox', null],
  ['deliver', 'points_delivered'], ['store', null], ['ledger', null], ['config', null],
];

/** As people edit it: a point or document with a field per line, what is neither as it is. */
function written(content) {
  if (typeof content !== 'string') return JSON.stringify(content, null, 2);
  try {
    return JSON.stringify(JSON.parse(content), null, 2);
  } catch {
    return content;
  }
}

/** What a revision changed, folded away. */
function difference(changes) {
  const n = Object.keys(changes ?? {}).length;
  return n > 0 && h('details', {}, h('summary', {}, t('pipe.settings', {n})), changed(changes));
}

export default async function pipeline(place, signal) {
  const flow = h('ul', {class: 'flow', 'aria-label': t('pipe.flow')});
  const figures = h('section', {class: 'card', 'aria-label': t('pipe.figures')});
  const alerts = h('section', {class: 'card', 'aria-label': t('pipe.alerts')});
  const quarantine = h('section', {class: 'card', 'aria-label': t('pipe.quarantine'), id: 'quarantine'});
  const changes = h('section', {class: 'card', 'aria-label': t('pipe.changes')});
  const trouble = h('div', {});
  fill(place, trouble, flow, figures, alerts, quarantine, changes);
  let before = null;
  const filter = {reason: '', measurement: ''};

  const beating = setInterval(() => { if (!document.hidden) beat(); }, BEAT);
  signal.addEventListener('abort', () => clearInterval(beating));
  await Promise.all([beat(), setAside(0), history()]);

  async function beat() {
    try {
      const [health, status] = await Promise.all([get('health', {}, signal), get('status', {}, signal)]);
      const at = performance.now();
      if (signal.aborted) return;
      fill(trouble);
      const rate = (counter) => (before && counter ? Math.max(0, (status.counters[counter] ?? 0) - (before.status.counters[counter] ?? 0)) / ((at - before.at) / 1000) : null);
      stages(health, status, rate);
      told(status);
      rules(status.alerts ?? []);
      before = {status, at};
    } catch (failure) {
      if (!signal.aborted) fill(trouble, failed(failure, beat));
    }
  }

  function stages(health, status, rate) {
    const known = STAGES.filter(([name]) => health.components[name]);
    const more = Object.keys(health.components).filter((name) => !STAGES.some(([other]) => other === name)).map((name) => [name, null]);
    fill(flow, [...known, ...more].map(([name, counter]) => {
      const {status: state, message, warning} = health.components[name];
      const figure = name === 'outbox' ? count(status.queue_size) : rate(counter) === null ? null : `${show(rate(counter), 3)}/s`;
      const look = state !== 'up' ? 'down' : warning ? 'warning' : '';
      return h('li', {class: `card ${look}`, 'data-stage': name},
        h('h2', {}, t(`stage.${name}`)),
        figure !== null && h('p', {class: 'figure'}, figure),
        h('p', {class: look === 'down' ? 'bad' : 'good'}, t(state === 'up' ? 'pipe.up' : 'pipe.down')),
        h('p', {class: 'small soft'}, message),
        warning && h('p', {class: 'small warn'}, warning));
    }));
  }

  function told(status) {
    const lag = status.last_sync ? Date.now() - Date.parse(status.last_sync) : null;
    const rows = [
      ['pipe.processed', count(status.processed), 'processed'],
      ['pipe.failed', count(status.failed), 'failed'],
      ['pipe.queue', count(status.queue_size), 'queue_size'],
      ['pipe.lastSync', status.last_sync ? `${showTime(Date.parse(status.last_sync), locale())} (${duration(Math.max(0, lag))})` : '–', 'last_sync'],
      ['pipe.sources', count(status.sources), 'sources'],
      ['pipe.archives', `${count(status.archives)} (${bytes(status.archive_bytes)})`, 'archives'],
    ];
    const unfolded = Boolean(figures.querySelector('details')?.open);
    const wrong = Object.entries(status.counters).filter(([name, n]) => n > 0 && /junk|refused|late|expired|lost|unusable|unmapped|failed|not_closed|quarantined/.test(name));
    fill(figures, h('h2', {}, t('pipe.figures')), h('table', {class: 'compact'}, h('tbody', {}, rows.map(([key, text, name]) =>
      h('tr', {}, h('th', {scope: 'row'}, t(key)), h('td', {class: 'number', 'data-figure': name}, text))))),
    wrong.length > 0 && h('details', {open: unfolded}, h('summary', {class: 'warn'}, t('pipe.errors', {n: wrong.length})),
      h('table', {}, h('tbody', {}, wrong.map(([name, n]) => h('tr', {}, h('th', {scope: 'row', class: 'mono'}, name), h('td', {class: 'number'}, count(n))))))));
  }

  function rules(list) {
    fill(alerts, h('h2', {}, t('pipe.alerts')), list.length === 0 ? h('p', {class: 'soft'}, t('pipe.noAlerts')) : h('table', {class: 'compact'}, h('tbody', {}, list.map((rule) =>
      h('tr', {}, h('th', {scope: 'row'}, rule.name), h('td', {}, rule.severity),
        h('td', {class: rule.status === 'firing' ? 'bad' : rule.status === 'ok' ? 'good' : 'warn'}, t(`alert.${rule.status}`)),
        h('td', {}, rule.since ? showTime(Date.parse(rule.since), locale()) : ''), h('td', {class: 'bad'}, rule.last_error ?? ''))))));
  }

  async function setAside(after) {
    let page;
    try {
      page = await get('quarantine', {limit: PAGE, after: after || undefined, reason: filter.reason || undefined, measurement: filter.measurement || undefined}, signal);
    } catch (failure) {
      if (!signal.aborted) fill(quarantine, h('h2', {}, t('pipe.quarantine')), failed(failure, () => setAside(after)));
      return;
    }
    const field = (name) => h('label', {class: 'field'}, t(`quarantine.${name}`), h('input', {type: 'search', value: filter[name], onchange: (event) => { filter[name] = event.target.value; setAside(0); }}));
    const filtered = Boolean(filter.reason || filter.measurement);
    const chosen = filtered ? {...(filter.reason && {reason: filter.reason}), ...(filter.measurement && {measurement: filter.measurement})} : {all: 'true'};
    fill(quarantine, h('h2', {}, t('pipe.quarantine')),
      h('p', {}, t('quarantine.counts', {waiting: count(page.waiting), replayed: count(page.replayed), discarded: count(page.discarded)})),
      page.waiting > 0 && h('div', {class: 'bar'}, field('reason'), field('measurement'),
        h('button', {onclick: () => bulk('replay', chosen)}, t(filtered ? 'quarantine.replayThese' : 'quarantine.replayAll'))),
      page.items.length === 0 ? h('p', {class: 'good'}, t(filtered ? 'quarantine.noneFound' : 'quarantine.none'))
        : h('div', {class: 'scroll'}, h('table', {},
          h('thead', {}, h('tr', {}, ['#', t('time'), t('quarantine.reason'), t('quarantine.what'), ''].map((text) => h('th', {scope: 'col'}, text)))),
          h('tbody', {}, page.items.map((item) => h('tr', {'data-item': item.id},
            h('td', {}, item.id), h('td', {}, showTime(Date.parse(item.at), locale(), {dateStyle: 'short', timeStyle: 'medium'})),
            h('td', {}, item.reason), h('td', {class: 'mono'}, (item.entry ?? item.measurement ?? '').slice(0, 120)),
            h('td', {}, h('button', {onclick: () => open(item.id), 'aria-label': t('quarantine.open', {id: item.id})}, t('quarantine.look')))))))),
      h('div', {class: 'group'},
        after > 0 && h('button', {onclick: () => setAside(0)}, t('quarantine.first')),
        page.after && h('button', {onclick: () => setAside(page.after)}, t('quarantine.next'))));
  }

  async function open(id) {
    let item;
    try {
      item = await get(`quarantine/${id}`, {}, signal);
    } catch (failure) {
      notice(explain(failure), true);
      return;
    }
    const name = 'point' in item ? 'point' : 'content';
    const text = h('textarea', {rows: 12, id: 'mend', value: written(item[name]), spellcheck: 'false'});
    const said = h('p', {role: 'status'});
    const dialog = h('dialog', {'aria-labelledby': 'item-title', onclose: () => { dialog.remove(); setAside(0); }});
    const act = async (call, done) => {
      try {
        await call();
        notice(t(done));
        dialog.close();
      } catch (failure) {
        said.className = 'bad';
        said.textContent = explain(failure);
      }
    };
    const mend = () => send('PUT', `quarantine/${id}`, {[name]: name === 'point' ? JSON.parse(text.value) : text.value, revision: item.revision});
    fill(dialog, h('div', {class: 'stack'},
      h('h2', {id: 'item-title'}, t('quarantine.item', {id})),
      h('p', {class: 'bad'}, item.reason),
      h('label', {class: 'field', for: 'mend'}, t('quarantine.mendLabel'), text), said,
      h('div', {class: 'group'},
        h('button', {class: 'main', onclick: () => act(async () => { await mend(); await send('POST', `quarantine/${id}/replay`); }, 'quarantine.mended')}, t('quarantine.mendReplay')),
        h('button', {onclick: () => act(() => send('POST', `quarantine/${id}/replay`), 'quarantine.replayed')}, t('quarantine.replay')),
        h('button', {class: 'danger', onclick: () => confirm(t('quarantine.sure')) && act(() => send('DELETE', `quarantine/${id}`, undefined, {confirm: 'true'}), 'quarantine.gone')}, t('quarantine.discard')),
        h('button', {onclick: () => dialog.close()}, t('close')))));
    document.body.append(dialog);
    dialog.showModal();
  }

  async function bulk(what, chosen) {
    let page = {};
    let [replayed, refused] = [0, 0];
    try {
      do {
        page = await send('POST', `quarantine/${what}`, undefined, {...chosen, after: page.after ?? undefined, until: page.until ?? undefined});
        replayed += page.replayed ?? 0;
        refused += page.refused ?? 0;
      } while (page.after);
      notice(t('quarantine.done', {replayed: count(replayed), refused: count(refused)}), refused > 0);
    } catch (failure) {
      notice(explain(failure), true);
    }
    await setAside(0);
  }

  async function history() {
    try {
      const {revisions} = await get('config/history', {}, signal);
      fill(changes, h('h2', {}, t('pipe.changes')), revisions.length === 0 ? empty(t('pipe.noChanges'), '') : h('table', {}, h('tbody', {}, revisions.slice(0, 20).map((one) =>
        h('tr', {'data-revision': one.revision}, h('td', {}, one.revision), h('td', {}, h('time', {datetime: iso(Date.parse(one.at))}, showTime(Date.parse(one.at), locale()))), h('td', {}, one.cause), h('td', {}, difference(one.changes)))))));
    } catch (failure) {
      if (!signal.aborted) fill(changes, h('h2', {}, t('pipe.changes')), h('p', {class: 'soft'}, explain(failure)));
    }
  }
}
