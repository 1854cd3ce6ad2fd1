import { byId } from './dom.js';

/** For as long as the tab is open, and for no other tab. */
const STORED = 'api-key';

/** What every request carries, once the person has given a key. */
export const storedKey = (): string | undefined => sessionStorage.getItem(STORED) ?? undefined;

/** Shown when the gateway asks for a key. Nothing of the page works without, so it begins again with the key. */
export function askForKey(): void {
  const form = byId<HTMLFormElement>('key-form');
  if (!form.hidden) return;
  form.hidden = false;
  const field = byId<HTMLInputElement>('key');
  field.focus();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    sessionStorage.setItem(STORED, field.value.trim());
    location.reload();
  });
}
