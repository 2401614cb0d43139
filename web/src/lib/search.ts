/*
 * Readers of what a URL says. Addresses are typed, bookmarked and cut short, so
 * what makes no sense is left out rather than refused. Plain functions: the
 * first page should not load a schema library for them.
 */

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== ''
    ? value
    : typeof value === 'number'
      ? String(value)
      : undefined;
}

export function oneOf<T extends string>(value: unknown, options: readonly T[]): T | undefined {
  return options.find((option) => option === value);
}
