type Sides<T> = { before: Partial<T>; after: Partial<T> };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A record after a change that tells no more than what differs, as `contact.updated` does: of an object
 * inside again what differs, of a list all. What stands before alone is gone.
 */
export function patched<T extends object>(record: T, { before, after }: Sides<T>): T {
  const out = { ...record } as Record<string, unknown>;
  for (const name of Object.keys(before)) if (!(name in after)) delete out[name];
  for (const [name, value] of Object.entries(after)) {
    const was: unknown = before[name as keyof T];
    const held = out[name];
    out[name] =
      isRecord(value) && isRecord(was) && isRecord(held)
        ? patched(held, { before: was, after: value })
        : value;
  }
  return out as T;
}
