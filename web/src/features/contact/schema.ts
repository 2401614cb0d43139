import { z } from '@/lib/zod';

const name = z.string().check(z.trim(), z.maxLength(100, 'At most 100 characters.'));

const line = z.string().check(z.trim(), z.maxLength(200, 'At most 200 characters.'));
const label = z.string().check(z.trim(), z.maxLength(50, 'A label has at most 50 characters.'));
const state = z.enum(['ok', 'bounced', 'complained', 'invalid']);
const reach = { label, primary: z.boolean(), state };

export const contactSchema = z
  .object({
    first_name: name,
    last_name: name,
    emails: z.array(
      z.object({
        address: z.string().check(
          z.trim(),
          z.refine(
            (text) => text === '' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text),
            'This is no e-mail address.',
          ),
        ),
        ...reach,
      }),
    ),
    // The server reads it as people in the account's country write it, and keeps E.164.
    phones: z.array(
      z.object({
        address: z.string().check(
          z.trim(),
          z.refine(
            (text) => text === '' || (/^[+\d\s().\-/]+$/.test(text) && /\d{3}/.test(text.replace(/\D/g, ''))),
            'Digits only, with the country code in front if it is abroad: +44 20 7946 0000.',
          ),
        ),
        ...reach,
      }),
    ),
    tags: z.array(z.string().check(z.maxLength(64, 'A tag has at most 64 characters.'))),
    owner_id: z.string(),
    company_id: z.string(),
    job_title: line,
    birthday: z.string(),
    timezone: z.string(),
    source: name,
    address: z.object({ street: line, city: line, region: line, postal_code: line, country: z.string() }),
    followers: z.array(z.string()),
    dnd: z.array(z.string()),
    /** The custom values by key, as their controls have them. */
    custom: z.record(z.string(), z.unknown()),
  })
  .check(
    z.refine(
      ({ first_name, last_name, emails, phones }) =>
        Boolean(first_name || last_name) || [...emails, ...phones].some(({ address }) => address !== ''),
      {
        message: 'A name, an e-mail address or a phone number: one is needed.',
        path: ['first_name'],
      },
    ),
  );

export type ContactForm = z.infer<typeof contactSchema>;

/** An e-mail address or a number, as the form has it. */
export type Reach = ContactForm['emails'][number];
