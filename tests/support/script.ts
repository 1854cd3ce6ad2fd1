/** A module of scripts/lib/, which is plain JavaScript: it runs before anything is installed. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const script = (name: string): Promise<any> => import(scriptUrl(name));

export const scriptUrl = (name: string): string => new URL(`../../scripts/lib/${name}`, import.meta.url).href;
