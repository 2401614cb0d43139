import { z } from '@/lib/zod';

export const roleSchema = z.object({
  name: z
    .string()
    .check(z.trim(), z.minLength(1, 'A role needs a name.'), z.maxLength(120, 'At most 120 characters.')),
  description: z.string().check(z.trim(), z.maxLength(500, 'At most 500 characters.')),
  level: z.enum(['agency', 'account']),
  reach: z.enum(['all', 'team', 'assigned']),
  permissions: z.array(z.string()).check(z.minLength(1, 'A role without any permission is of no use.')),
});

export type RoleForm = z.infer<typeof roleSchema>;
