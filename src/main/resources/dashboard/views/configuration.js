// The configuration: what holds and from where, changed with a look at what that would do, and back again.

import {get, send} from '../api.js';
import {calm, fill, h} from '../dom.js';
import {locale, t} from '../i18n.js';
import {askForToken, explain, failed, notice} from '../main.js';
import {showTime} from '../time.js';

export default async function configuration(place, signal) {
  const settings = h('section', {class: 'card', 'aria-label': t('config.settings')});
  const edit = h('section', {class: 'card stack', 'aria-label': t('config.edit')});
  const back = h('section', {class: 'card', 'aria-label': t('config.history')});
  fill(place, h('div', {class: 'split even'}, edit, h('div', {class: 'stack'}, back, settings)));
  await load();

  async function load() {
    try {
      const [config, history] = await Promise.all([get('config', {}, signal), get('config/history', {}, signal)]);
      view(config);
      editor(config);
      revisions(config, history.revisions);
    } catch (failure) {
      if (!signal.aborted) fill(place, failed(failure, () => configuration(place, signal)));
    }
  }

  function view(config) {
    const rows = Object.entries(config.settings);
    const body = h('tbody', {});
    const search = h('input', {type: 'search', 'aria-label': t('config.find'), placeholder: t('config.find'), oninput: () => sift()});
    const place_ = config.file.slice(0, config.file.lastIndexOf('/') + 1);
    const sift = () => fill(body, rows.filter(([path, {value, from}]) => `${path} ${value} ${from}`.toLowerCase().includes(search.value.toLowerCase()))
      .map(([path, {value, from}]) => h('tr', {'data-path': path}, h('th', {scope: 'row', class: 'mono'}, path), h('td', {class: 'mono'}, String(value)), h('td', {class: 'small soft'}, place_ && from.startsWith(place_) ? from.slice(place_.length) : from))));
    sift();
    const restart = pathsOf(config.need_restart);
    fill(settings, h('h2', {}, t('config.settings')),
      h('p', {class: 'small soft'}, t('config.from', {file: config.file, revision: config.revision, time: showTime(Date.parse(config.since), locale())})),
      restart.length > 0 && h('p', {class: 'warn'}, t('config.restart', {paths: restart.join(', ')})),
      search, h('div', {class: 'scroll'}, h('table', {class: 'settings'}, body)));
  }

  function editor(config) {
    const before = config.written;
    const text = h('textarea', {rows: 26, id: 'config-text', spellcheck: 'false', value: JSON.stringify(before, null, 2), oninput: () => { said('soft', t('config.checking')); check(); }});
    const state = h('div', {role: 'status', id: 'config-state'}, h('p', {class: 'soft'}, t('config.asItIs')));
    const apply = h('button', {class: 'main', disabled: true, onclick: () => change()}, t('config.apply'));
    const reset = h('button', {onclick: () => { text.value = JSON.stringify(before, null, 2); check(); }}, t('config.reset'));
    const reload = h('button', {onclick: () => act(() => send('POST', 'config/reload'), 'config.reloaded')}, t('config.reload'));
    const check = calm(400, dryRun);
    fill(edit, h('h2', {}, t('config.edit')), h('p', {class: 'small soft'}, t('config.editText')),
      h('label', {class: 'field', for: 'config-text'}, t('config.label'), text), state, h('div', {class: 'group'}, apply, reset, reload));

    function said(look, ...what) {
      fill(state, h('div', {class: look}, what));
    }

    function patch() {
      let after;
      try {
        after = JSON.parse(text.value);
      } catch (failure) {
        said('bad', h('p', {}, t('config.noJson', {message: failure.message})));
        return null;
      }
      return difference(before, after) ?? {};
    }

    async function dryRun() {
      apply.disabled = true;
      const wanted = patch();
      if (!wanted) return;
      if (Object.keys(wanted).length === 0) {
        said('soft', h('p', {}, t('config.asItIs')));
        return;
      }
      try {
        const answer = await send('PATCH', 'config', wanted, {dry_run: 'true'}, {quiet: true});
        said('good', h('p', {}, t('config.would')), changed(answer.changes), restarts(answer));
        apply.disabled = false;
      } catch (failure) {
        refused(failure);
      }
    }

    function refused(failure) {
      const problems = failure.body?.problems;
      const noRight = [401, 403].includes(failure.status);
      said('bad', h('p', {}, explain(failure)), noRight && h('button', {onclick: anotherToken}, t('token.button')), Array.isArray(problems) && h('ul', {}, problems.map((one) =>
        h('li', {}, h('span', {class: 'mono'}, one.path ?? ''), ` ${one.message ?? one}`))));
    }

    /** What was typed stays. */
    async function anotherToken() {
      if (await askForToken()) await dryRun();
    }

    async function change() {
      const wanted = patch();
      if (wanted) await act(() => send('PATCH', 'config', wanted), 'config.applied', refused);
    }
  }

  async function act(call, done, refused = (failure) => notice(explain(failure), true)) {
    try {
      await call();
      notice(t(done));
      await load();
    } catch (failure) {
      refused(failure);
    }
  }

  function revisions(config, list) {
    fill(back, h('h2', {}, t('config.history')), h('table', {}, h('tbody', {}, list.slice(0, 20).map((one) => h('tr', {},
      h('td', {}, one.revision), h('td', {}, showTime(Date.parse(one.at), locale())), h('td', {}, one.cause),
      h('td', {}, one.revision === config.revision ? h('span', {class: 'badge good'}, t('config.current'))
        : h('button', {onclick: () => confirm(t('config.sure', {revision: one.revision})) && act(() => send('POST', 'config/rollback', undefined, {revision: one.revision}), 'config.rolledBack'), 'aria-label': t('config.backTo', {revision: one.revision})}, t('config.back'))))))));
  }
}

/** A table of settings, each as it was and as it is. */
export function changed(changes) {
  const entries = Array.isArray(changes) ? changes.map((one) => [one.path, one]) : Object.entries(changes ?? {});
  return h('table', {}, h('tbody', {}, entries.map(([path, {before, after}]) => h('tr', {},
    h('th', {scope: 'row', class: 'mono'}, path), h('td', {class: 'mono'}, h('del', {}, text(before))), h('td', {class: 'mono'}, h('ins', {}, text(after)))))));
}

function text(value) {
  return value === undefined || value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
}

/** Paths of settings, listed or as names. */
function pathsOf(needRestart) {
  return Array.isArray(needRestart) ? needRestart.map((one) => one.path ?? one) : Object.keys(needRestart ?? {});
}

function restarts(answer) {
  const paths = pathsOf(answer.need_restart);
  return paths.length > 0 && h('p', {class: 'warn'}, t('config.restart', {paths: paths.join(', ')}));
}

/** The merge patch (RFC 7396) that makes one of the other; undefined where nothing differs. */
export function difference(before, after) {
  if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
  const mapping = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!mapping(before) || !mapping(after)) return after;
  const patch = {};
  for (const name of Object.keys(before)) if (!(name in after)) patch[name] = null;
  for (const [name, value] of Object.entries(after)) {
    const inner = name in before ? difference(before[name], value) : value;
    if (inner !== undefined) patch[name] = inner;
  }
  return patch;
}
