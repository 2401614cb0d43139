import { z } from '@/lib/zod';

const name = z.string().check(z.trim(), z.maxLength(100, 'At most 100 characters.'));

export const contactSchema = z
  .object({
    first_name: name,
    last_name: name,
    email: z.string().check(
      z.trim(),
      z.refine(
        (text) => text === '' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text),
        'This is no e-mail address.',
      ),
    ),
    // The server reads it as people in the account's country write it, and keeps E.164.
    phone: z.string().check(
      z.trim(),
      z.refine(
        (text) => text === '' || (/^[+\d\s().\-/]+$/.test(text) && /\d{3}/.test(text.replace(/\D/g, ''))),
        'Digits only, with the country code in front if it is abroad: +44 20 7946 0000.',
      ),
    ),
    tags: z.array(z.string().check(z.maxLength(64, 'A tag has at most 64 characters.'))),
    owner_id: z.string(),
  })
  .check(
    z.refine(
      ({ first_name, last_name, email, phone }) => Boolean(first_name || last_name || email || phone),
      {
        message: 'A name, an e-mail address or a phone number: one is needed.',
        path: ['first_name'],
      },
    ),
  );

export type ContactForm = z.infer<typeof contactSchema>;
