import type { IdentityProvider, NewIdentityProvider } from '@/lib/api';
import { z } from '@/lib/zod';

export const providerSchema = z.object({
  name: z.string().check(z.trim(), z.minLength(1, 'People read it on the button.')),
  issuer: z.string().check(z.trim(), z.minLength(1, 'What the provider calls itself by: https://…')),
  client_id: z.string().check(z.trim(), z.minLength(1, 'The provider gives it to you.')),
  client_secret: z.string(),
  domains: z.array(z.string()).check(z.minLength(1, 'At least one domain of your own.')),
  provisioning: z.enum(['members', 'create']),
  role: z.string(),
  sub_account_ids: z.array(z.string()),
  mfa: z.enum(['never', 'claimed', 'always']),
  acr_values: z.array(z.string()),
  trust_email: z.boolean(),
  session_hours: z.string(),
});

export type ProviderForm = z.infer<typeof providerSchema>;

/** What the form begins with. */
export function formOf(provider: IdentityProvider | null): ProviderForm {
  return {
    name: provider?.name ?? '',
    issuer: provider?.issuer ?? '',
    client_id: provider?.client_id ?? '',
    client_secret: '',
    domains: provider?.domains ?? [],
    provisioning: provider?.provisioning ?? 'members',
    role: provider?.role ?? '',
    sub_account_ids: provider?.sub_account_ids ?? [],
    mfa: provider?.mfa ?? 'never',
    acr_values: provider?.acr_values ?? [],
    trust_email: provider?.trust_email ?? false,
    session_hours: String(provider?.session_hours ?? 24),
  };
}

/** What the form sends. ofAgency: the role is held in the agency itself, and so in no sub-account. */
export function bodyOf(form: ProviderForm, ofAgency: boolean): NewIdentityProvider {
  const { role, sub_account_ids: places, session_hours: hours, ...rest } = form;
  const given = form.provisioning === 'create' ? { role, sub_account_ids: ofAgency ? [] : places } : {};
  return { ...rest, ...given, session_hours: Math.trunc(Number(hours)) || 0 };
}
