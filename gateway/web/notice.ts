import { byId } from './dom.js';

/** One line for people about what went wrong. Screen readers say it at once. */
export function notice(text: string): void {
  const element = byId('notice');
  element.textContent = text;
  element.hidden = false;
}

export function hideNotice(): void {
  byId('notice').hidden = true;
}
