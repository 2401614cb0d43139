import { type CustomField, isProblem } from '@/lib/api';
import type { CompanyForm } from './form';

export const labels: Record<keyof CompanyForm, string> = {
  name: 'Name',
  domain: 'Domain',
  website: 'Website',
  phone: 'Phone',
  owner_id: 'Owner',
  tags: 'Tags',
  street: 'Street',
  postal_code: 'Postal code',
  city: 'City',
  region: 'State or region',
  country: 'Country',
  custom: 'Custom fields',
};

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
