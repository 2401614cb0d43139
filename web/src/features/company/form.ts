import type { Company, CompanyInput } from '@/lib/api';
import { canon, differing } from '@/lib/differ';
import { z } from '@/lib/zod';
import type { Clash } from '@/ui/stale-notice';

const line = z.string().check(z.trim(), z.maxLength(200, 'At most 200 characters.'));

export const companySchema = z.object({
  name: z
    .string()
    .check(z.trim(), z.minLength(1, 'A company has a name.'), z.maxLength(200, 'At most 200 characters.')),
  domain: line,
  website: z.string().check(z.trim(), z.maxLength(2000, 'At most 2000 characters.')),
  phone: z.string().check(z.trim(), z.maxLength(64, 'At most 64 characters.')),
  owner_id: z.string(),
  tags: z.array(z.string().check(z.maxLength(64, 'A tag has at most 64 characters.'))),
  street: line,
  postal_code: line,
  city: line,
  region: line,
  country: z.string(),
  /** The custom values by key, as their controls have them. */
  custom: z.record(z.string(), z.unknown()),
});

export type CompanyForm = z.infer<typeof companySchema>;

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

export const emptyCompany: CompanyForm = {
  name: '',
  domain: '',
  website: '',
  phone: '',
  owner_id: '',
  tags: [],
  street: '',
  postal_code: '',
  city: '',
  region: '',
  country: '',
  custom: {},
};

export const companyFields = Object.keys(emptyCompany) as (keyof CompanyForm)[];

export function toForm(company: Company): CompanyForm {
  const own = Object.fromEntries(
    companyFields.map((field) => [field, company[field] ?? emptyCompany[field]]),
  );
  return own as CompanyForm;
}

const same = (a: unknown, b: unknown) => canon(a) === canon(b);

/** What is sent of an edit: the fields and the custom values that differ from `base`, and no others. */
export function patchOf(base: CompanyForm, form: CompanyForm): CompanyInput {
  const { custom, ...body } = differing(base, form);
  // An empty list is a list; nothing else of a company is one.
  if ('tags' in body) body.tags = form.tags;
  return custom ? { ...body, custom: differing(base.custom, form.custom) } : body;
}

/** Where somebody else's change and mine touch the same field and disagree; custom values apart. */
export function clashes(base: CompanyForm, theirs: CompanyForm, mine: CompanyForm): Clash[] {
  return companyFields
    .filter((field) => field !== 'custom')
    .filter((field) => !same(base[field], theirs[field]) && !same(base[field], mine[field]))
    .filter((field) => !same(theirs[field], mine[field]))
    .map((field) => ({
      field,
      label: labels[field],
      theirs: String(theirs[field]),
      mine: String(mine[field]),
    }));
}
