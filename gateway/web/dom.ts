type Child = Node | string | undefined | false;

interface Attributes {
  [name: string]: string | number | boolean | undefined;
}

/** An element with attributes and children. Text is always text: nothing of a call becomes markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return element;
}

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element as T;
}

export const link = (href: string, text: string, attributes: Attributes = {}): HTMLAnchorElement =>
  el('a', { href, target: '_blank', rel: 'noreferrer', ...attributes }, text);

/** Only when it changes: screen readers say what changes. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** `code` in backticks, as in Markdown. */
export const withCode = (text: string): (Node | string)[] =>
  text.split('`').map((part, index) => (index % 2 === 1 ? el('code', {}, part) : part));
