import { z } from '@/lib/zod';

export const subAccountSchema = z.object({
  display_name: z
    .string()
    .check(
      z.trim(),
      z.minLength(1, 'What is the customer called?'),
      z.maxLength(100, 'At most 100 characters.'),
    ),
  name: z
    .string()
    .check(
      z.trim(),
      z.regex(
        /^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$/,
        'Small letters, digits and hyphens; a letter or digit at both ends.',
      ),
    ),
  owner_email: z
    .string()
    .check(z.trim(), z.regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'The owner’s e-mail address is needed.')),
  timezone: z.string().check(z.minLength(1, 'Choose a time zone.')),
  country: z.string().check(z.length(2, 'Choose a country.')),
  currency: z.string().check(z.length(3, 'Choose a currency.')),
  isolation: z.enum(['', 'Shared', 'Agency', 'Dedicated']),
});

export type SubAccountForm = z.infer<typeof subAccountSchema>;
