/** A person's choice on this machine. Storage may be refused (private mode): then the choice lasts as long as the page. */
export function remembered(key: string, area: 'localStorage' | 'sessionStorage' = 'localStorage') {
  let value: string | null = null;
  const name = `omnicrm.${key}`;
  return {
    get(): string | null {
      try {
        return globalThis[area].getItem(name) ?? value;
      } catch {
        return value;
      }
    },
    set(next: string | null): void {
      value = next;
      try {
        if (next === null) globalThis[area].removeItem(name);
        else globalThis[area].setItem(name, next);
      } catch {
        // Kept in memory above.
      }
    },
  };
}
