// Elements without a framework: h('button', {onclick: …, class: …}, 'text', child).

/** Makes an element. Properties that begin with "on" are listeners; false, null and undefined are left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked' || name === 'selected') element[name] = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replaces all that is in an element. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A select with its options: [[value, text], …]. */
export function select(options, chosen, onchange, properties = {}) {
  return h('select', {...properties, onchange: (event) => onchange(event.target.value)},
    options.map(([value, text]) => h('option', {value, selected: value === chosen}, text)));
}

/** Calls once things have been quiet for a while. */
export function calm(milliseconds, call) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...given), milliseconds);
  };
}

/** Lets somebody save text or a blob as a file. */
export function save(name, content) {
  const blob = content instanceof Blob ? content : new Blob([content]);
  const link = h('a', {href: URL.createObjectURL(blob), download: name});
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
