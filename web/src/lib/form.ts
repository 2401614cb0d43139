import type { FieldPath, FieldValues, UseFormSetError } from 'react-hook-form';
import { explain, isProblem } from './api';

/**
 * Puts a refused request's messages beside the fields they speak of. Answers
 * what is left to say above the form: a message without a field of this form.
 */
export function showProblem<T extends FieldValues>(
  error: unknown,
  setError: UseFormSetError<T>,
  fields: readonly FieldPath<T>[],
): string | null {
  if (!isProblem(error) || error.fields.length === 0) return explain(error);
  const rest: string[] = [];
  let focused = false;
  for (const { path, message } of error.fields) {
    const name = fields.find((field) => path === field || path.startsWith(`${field}[`));
    if (!name) {
      rest.push(message);
      continue;
    }
    setError(name, { type: 'server', message }, { shouldFocus: !focused });
    focused = true;
  }
  return rest.length > 0 ? rest.join(' ') : null;
}
