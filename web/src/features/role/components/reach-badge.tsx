import { Badge } from '@/ui/badge';
import { reachOf } from '../model';

/** Whose records: loud only where it is less than everything. */
export function ReachBadge({ reach }: { reach: string }) {
  const { label, text } = reachOf(reach);
  return (
    <span title={text}>
      <Badge tone={reach === 'all' ? 'neutral' : 'info'}>{label}</Badge>
    </span>
  );
}
