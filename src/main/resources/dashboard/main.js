// The frame: navigation, language, theme, site, token, and one view at a time.

import {get, mayAsk, onTokenWanted, token} from './api.js';
import {fill, h} from './dom.js';
import {language, languages, speak, t} from './i18n.js';
import {setZone} from './time.js';
import completeness from './views/completeness.js';
import configuration from './views/configuration.js';
import energy from './views/energy.js';
import now from './views/now.js';
import pipeline from './views/pipeline.js';
import trends from './views/trends.js';

const VIEWS = {now, trends, energy, completeness, pipeline, configuration};
const THEME = 'hissrv-theme';
const main = document.getElementById('main');
let shown = null;

/** Tells something for some seconds, to ears too. */
export function notice(text, bad = false) {
  const line = h('p', {class: bad ? 'bad' : ''}, text);
  document.getElementById('notices').append(line);
  setTimeout(() => line.remove(), 8_000);
}

/** What went wrong, in words; a problem of the service in its own. */
export function explain(failure) {
  if (failure.status === 0) return t('error.noAnswer');
  if (failure.status === 401) return t(token.get() ? 'token.unknown' : 'token.needed', {role: failure.body.role ?? ''});
  if (failure.status === 403 && failure.body.role) return t('token.tooLittle', {role: failure.body.role});
  return failure.message || String(failure);
}

/** A place that says why there is nothing and what to do next. */
export function empty(title, text, ...more) {
  return h('div', {class: 'empty'}, h('strong', {}, title), h('p', {}, text), more);
}

/** The same for something that failed, with a way to try again. */
export function failed(failure, again) {
  return empty(t('error.title'), explain(failure), again && h('button', {onclick: () => { mayAsk(true); again(); }}, t('again')));
}

/** The view's parameters in the address: #/trends?point=…; */
export function parameters() {
  return new URLSearchParams(location.hash.split('?')[1] || '');
}

/** Another address of the same view, without a step back in the history. */
export function remember(view, search) {
  const text = search.toString();
  history.replaceState(null, '', `#/${view}${text ? `?${text}` : ''}`);
}

function route() {
  const name = location.hash.replace(/^#\/?/, '').split('?')[0];
  return VIEWS[name] ? name : 'now';
}

function open() {
  shown?.abort();
  shown = new AbortController();
  const name = route();
  document.title = `${t(`nav.${name}`)} – HisSrv`;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.dataset.view === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const place = h('div', {class: 'stack'});
  fill(main, h('h1', {}, t(`nav.${name}`)), place);
  const {signal} = shown;
  Promise.resolve(VIEWS[name](place, signal)).catch((failure) => {
    if (!signal.aborted) fill(place, failed(failure, open));
  });
}

function frame() {
  const skip = document.getElementById('skip');
  skip.textContent = t('skip');
  const nav = document.getElementById('nav');
  nav.setAttribute('aria-label', t('views'));
  fill(nav, h('ul', {}, Object.keys(VIEWS).map((name) =>
    h('li', {}, h('a', {href: `#/${name}`, 'data-view': name}, t(`nav.${name}`))))));
  const dark = document.documentElement.dataset.theme === 'dark';
  fill(document.getElementById('tools'),
    h('button', {onclick: () => giveToken(), 'aria-pressed': token.get() ? 'true' : 'false'}, t('token.button')),
    h('button', {onclick: () => theme(dark ? 'light' : 'dark')}, t(dark ? 'theme.light' : 'theme.dark')),
    languages.filter(([code]) => code !== language()).map(([code, name]) =>
      h('button', {lang: code, onclick: () => { speak(code); frame(); open(); }}, name)));
}

function theme(name) {
  document.documentElement.dataset.theme = name;
  localStorage.setItem(THEME, name);
  frame();
  open();
}

/** Somebody wants to give or forget a token; what is shown is then loaded anew. */
export async function giveToken() {
  const had = token.get();
  if ((await askForToken()) || token.get() !== had) open();
}

/** Asks for a token and leaves what is shown as it is; resolves to true when one was given. */
export async function askForToken() {
  const given = await ask();
  mayAsk(given);
  return given;
}

/** Resolves to true when a token was given. */
function ask(problem) {
  return new Promise((done) => {
    const input = h('input', {type: 'password', autocomplete: 'off', id: 'token', required: true, value: ''});
    const dialog = h('dialog', {'aria-labelledby': 'token-title', onclose: () => { dialog.remove(); done(dialog.returnValue === 'given'); }},
      h('form', {method: 'dialog', class: 'stack', onsubmit: () => token.set(input.value.trim())},
        h('h2', {id: 'token-title'}, t('token.title')),
        problem && h('p', {class: 'bad'}, explain(problem)),
        h('p', {}, t('token.text')),
        h('label', {class: 'field', for: 'token'}, t('token.label'), input),
        h('div', {class: 'group'},
          h('button', {class: 'main', value: 'given'}, t('token.use')),
          h('button', {type: 'button', onclick: () => { token.set(''); dialog.close('none'); }}, t('token.forget')),
          h('button', {type: 'button', onclick: () => dialog.close('none')}, t('cancel')))));
    document.body.append(dialog);
    dialog.showModal();
    input.focus();
  }).then((given) => { frame(); return given; });
}

async function site() {
  try {
    const status = await get('status');
    setZone(status.time_zone);
    document.getElementById('brand').textContent = status.site ? `HisSrv · ${status.site}` : 'HisSrv';
  } catch (failure) {
    notice(explain(failure), true);
  }
}

document.documentElement.dataset.theme = localStorage.getItem(THEME)
  || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
speak(language());
onTokenWanted(ask);
frame();
fill(main, h('p', {class: 'soft'}, t('loading')));
document.getElementById('skip').addEventListener('click', (event) => { event.preventDefault(); main.focus(); });
addEventListener('hashchange', () => { mayAsk(true); open(); });
await site();
open();
