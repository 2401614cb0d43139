import { z } from '@/lib/zod';

export const taskSchema = z
  .object({
    title: z
      .string()
      .check(
        z.trim(),
        z.minLength(1, 'Say what is to be done.'),
        z.maxLength(200, 'At most 200 characters.'),
      ),
    body: z.string().check(z.trim(), z.maxLength(10_000, 'At most 10,000 characters.')),
    assignee_id: z.string(),
    day: z.string(),
    /** Empty has the whole day. */
    time: z.string(),
    rule: z.string(),
    until: z.string(),
    /** As the clocks of the task's zone show it: "2026-02-28T09:30". */
    reminder: z.string(),
  })
  .check(
    z.refine(({ day, time }) => Boolean(day) || !time, {
      path: ['day'],
      message: 'A time needs its day.',
    }),
    z.refine(({ day, time, rule }) => Boolean(day) || Boolean(time) || !rule, {
      path: ['day'],
      message: 'A task that comes again needs a due time.',
    }),
    z.refine(({ day, rule, until }) => !rule || !until || !day || until >= day, {
      path: ['until'],
      message: 'It would end before it begins.',
    }),
    z.refine(({ day, time, reminder }) => !reminder || !day || reminder <= `${day}T${time || '23:59'}`, {
      path: ['reminder'],
      message: 'Remind before it is due, or when it is due.',
    }),
  );

export type TaskForm = z.infer<typeof taskSchema>;
