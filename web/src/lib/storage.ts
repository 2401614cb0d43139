/** A person's choice on this machine. Storage may be refused (private mode): then the choice lasts as long as the page. */
export function remembered(key: string, area: 'localStorage' | 'sessionStorage' = 'localStorage') {
  // Used only where storage is refused.
  let value: string | null = null;
  const name = `omnicrm.${key}`;
  return {
    get(): string | null {
      try {
        return globalThis[area].getItem(name);
      } catch {
        return value;
      }
    },
    set(next: string | null): void {
      try {
        if (next === null) globalThis[area].removeItem(name);
        else globalThis[area].setItem(name, next);
      } catch {
        value = next;
      }
    },
  };
}
