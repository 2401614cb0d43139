/** Whether nothing is said: an empty list is nothing too. */
function empty(value: unknown): boolean {
  return (
    value === '' || value === undefined || value === null || (Array.isArray(value) && value.length === 0)
  );
}

/** One text for values that mean the same, whatever order their members came in. */
export function canon(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canon)}]`;
  if (value && typeof value === 'object')
    return `{${Object.entries(value)
      .filter(([, item]) => !empty(item))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => `${key}:${canon(item)}`)}}`;
  return JSON.stringify(value ?? '');
}

/** The members of `next` that differ from `base`; null where one was emptied. */
export function differing(base: object, next: object): Record<string, unknown> {
  const was = base as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(next)
      .filter(([key, value]) => canon(was[key]) !== canon(value))
      .map(([key, value]) => [key, empty(value) ? null : value]),
  );
}
