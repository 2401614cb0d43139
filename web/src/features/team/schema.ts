import { z } from '@/lib/zod';

export const teamSchema = z.object({
  name: z
    .string()
    .check(z.trim(), z.minLength(1, 'A team needs a name.'), z.maxLength(120, 'At most 120 characters.')),
  members: z.array(z.string()),
});

export type TeamForm = z.infer<typeof teamSchema>;
