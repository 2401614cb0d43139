import type { TaskCount } from '@/lib/api';

/** How much there is to do: "12 open, 2 overdue". */
export function countsText(counts: readonly TaskCount[], who: string): string {
  const mine = counts.filter(({ assignee_id }) => who === 'all' || (assignee_id || 'none') === who);
  const sum = (of: (count: TaskCount) => number) => mine.reduce((total, count) => total + of(count), 0);
  const number = new Intl.NumberFormat();
  const late = sum(({ overdue }) => overdue);
  const open = `${number.format(sum(({ open: some }) => some))} open`;
  return late > 0 ? `${open}, ${number.format(late)} overdue` : open;
}
