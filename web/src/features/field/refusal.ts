import { isProblem } from '@/lib/api';

/** The custom values that a refusal speaks of, as a form names them: "custom.plan". */
export function refusedValues(error: unknown): `custom.${string}`[] {
  if (!isProblem(error)) return [];
  return error.fields.flatMap(({ path }) => {
    const name = /^custom\.[a-z0-9_]+/.exec(path)?.[0];
    return name ? [name as `custom.${string}`] : [];
  });
}
