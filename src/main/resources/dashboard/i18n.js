// What the page says, in the reader's language.

import en from './lang/en.js';
import zh from './lang/zh.js';

const KEPT = 'hissrv-language';
const words = {en, zh};
let chosen = localStorage.getItem(KEPT) || (navigator.language.startsWith('zh') ? 'zh' : 'en');

export const languages = [['en', 'English'], ['zh', '中文']];

export function language() {
  return chosen;
}

export function speak(next) {
  chosen = words[next] ? next : 'en';
  localStorage.setItem(KEPT, chosen);
  document.documentElement.lang = chosen === 'zh' ? 'zh-CN' : 'en';
}

/** A sentence by its key, {name} being replaced. An unknown key is shown as it is. */
export function t(key, values = {}) {
  const text = words[chosen][key] ?? words.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** The locale of numbers and dates. */
export function locale() {
  return chosen === 'zh' ? 'zh-CN' : 'en-GB';
}
