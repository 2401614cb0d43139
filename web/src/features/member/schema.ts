import { z } from '@/lib/zod';

export const inviteSchema = z.object({
  email: z.string().check(z.trim(), z.regex(/^\S+@\S+\.\S+$/, 'An e-mail address, such as ada@example.com.')),
  name: z.string().check(z.trim(), z.maxLength(100, 'At most 100 characters.')),
  role: z.string().check(z.minLength(1, 'A role says what they may do.')),
});

export const enterSchema = z.object({
  reason: z
    .string()
    .check(
      z.trim(),
      z.minLength(5, 'At least five characters.'),
      z.maxLength(500, 'At most 500 characters.'),
    ),
  readOnly: z.boolean(),
});

export type InviteForm = z.infer<typeof inviteSchema>;
export type EnterForm = z.infer<typeof enterSchema>;
