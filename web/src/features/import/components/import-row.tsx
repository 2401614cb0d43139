import { Link } from '@tanstack/react-router';
import type { Import } from '@/lib/api';
import { count } from '@/lib/format';
import { Badge } from '@/ui/badge';
import { Progress } from '@/ui/progress';
import { RelativeTime } from '@/ui/relative-time';
import { moving, percent, stateNames, stateTones } from '../model';

/** One import of the list: its file, how it stands, what came of it. */
export function ImportRow({ account, item }: { account: string; item: Import }) {
  return (
    <li data-testid="import" className="border-line border-b">
      <Link
        to="/a/$account/imports/$import"
        params={{ account, import: item.id }}
        className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 hover:bg-hover"
      >
        <span className="min-w-0 flex-1 basis-56">
          <span className="flex items-center gap-2">
            <span className="truncate font-medium">{item.name}</span>
            <Badge tone={stateTones[item.state]}>{stateNames[item.state]}</Badge>
          </span>
          <span className="block text-ink-3 text-xs">
            {item.author.name || 'A program'} · <RelativeTime at={item.created_at} />
          </span>
        </span>
        {moving(item) || item.state === 'paused' ? (
          <span className="w-40">
            <Progress label={`How far ${item.name} has come`} value={percent(item)} />
          </span>
        ) : (
          <span className="tabular text-end text-ink-2 text-xs">{told(item)}</span>
        )}
      </Link>
    </li>
  );
}

function told({ state, total, created, changed, failed, undone }: Import): string {
  if (state === 'ready') return count(total, 'row', 'rows');
  if (state === 'undone') return `${count(undone, 'contact', 'contacts')} taken back`;
  const parts = [`${number(created)} new`, `${number(changed)} changed`];
  if (failed > 0) parts.push(`${number(failed)} failed`);
  return parts.join(' · ');
}

function number(n: number): string {
  return new Intl.NumberFormat().format(n);
}
