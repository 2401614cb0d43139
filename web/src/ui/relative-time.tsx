import { exactTime, longTime, shortTime } from '@/lib/format';
import { useNow } from '@/lib/now';

interface Props {
  at: string;
  /** "5m" instead of "5 minutes ago". */
  short?: boolean;
}

/** How long ago; the exact time on hover. */
export function RelativeTime({ at, short }: Props) {
  const now = useNow();
  return (
    <time dateTime={at} title={exactTime(at)} className="tabular whitespace-nowrap">
      {short ? shortTime(at, now) : longTime(at, now)}
    </time>
  );
}
