import { type CustomField, isProblem } from '@/lib/api';

/** The company that has the domain, or a unique value, already, and what that is called; nothing when something else
 * was refused. */
export function duplicateOf(
  error: unknown,
  fields: CustomField[] = [],
): { id: string; name: string; what: string } | null {
  if (!isProblem(error, 'company.duplicate')) return null;
  const other = error.meta.company as { id?: string; name?: string } | undefined;
  const field = fields.find(({ key }) => `custom.${key}` === error.meta.field);
  return other?.id ? { id: other.id, name: other.name ?? '', what: field?.name ?? 'domain' } : null;
}
